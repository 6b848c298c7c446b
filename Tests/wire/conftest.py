"""What the tests of the protocol share."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.fixtures import (  # noqa: E402, F401
    client, daemon, no_report, pytest_collection_modifyitems, pytest_sessionstart, start,
)
