from __future__ import annotations

from pathlib import Path

import pytest
from harness import Python
from packages.shelf import Shelf


@pytest.fixture
def shelf(python: Python, tmp_path: Path) -> Shelf:
    return Shelf(python, tmp_path)
