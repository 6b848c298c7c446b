"""What the tests of the protocol share."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.fixtures import client, daemon, pytest_sessionstart, start  # noqa: E402, F401
