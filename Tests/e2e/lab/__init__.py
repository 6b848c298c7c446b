"""Places where browsers meet: a home network of network namespaces, and Firefox beside Chromium."""
