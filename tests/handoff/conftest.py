"""`moving`: moves of trivial programs, with a look for processes and files that are left over."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("handoff.moving")

from handoff.moving import moves  # noqa: E402

moving = pytest.fixture(moves)
