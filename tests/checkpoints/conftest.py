"""`folder`: where programs write images."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Python

pytest.register_assert_rewrite("checkpoints.imaging")

from checkpoints.imaging import Folder  # noqa: E402


@pytest.fixture
def folder(tmp_path: Path, python: Python) -> Folder:
    return Folder(tmp_path, python)
