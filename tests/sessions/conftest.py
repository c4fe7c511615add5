"""`prompt`: an interactive session in a terminal, to be typed at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("handoff.moving", "sessions.typing_at")

from handoff.moving import Moving, moves  # noqa: E402
from harness import Python  # noqa: E402
from sessions.typing_at import Prompt  # noqa: E402

moving = pytest.fixture(moves)


@pytest.fixture
def prompt(moving: Moving, tmp_path: Path, python: Python) -> Iterator[Prompt]:
    made = Prompt(moving, tmp_path / "home")
    yield made
    made.close()
