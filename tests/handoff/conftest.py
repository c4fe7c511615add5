"""`moving`: moves of trivial programs, with a look for processes and files that are left over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Python

pytest.register_assert_rewrite("handoff.moving")

from handoff.moving import Moving  # noqa: E402


@pytest.fixture
def moving(python: Python, tmp_path: Path) -> Iterator[Moving]:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    made = Moving(python, temporary)
    yield made
    made.finish()
