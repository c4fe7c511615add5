"""Whatever the program and wherever it is stopped, it prints and ends as it does unmoved.

In CI's time some; HYPOTHESIS_EXAMPLES=1000 makes it thousands.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from generated import programs
from harness import Python, run_command
from hypothesis import HealthCheck, given, note, settings

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "6"))


@pytest.mark.timeout(60 + 10 * EXAMPLES)
def test_generated_programs_move(python: Python) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 100,
        suppress_health_check=list(HealthCheck),
    )
    @given(program=programs)
    def moves(program: str) -> None:
        note(program)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "generated_program.py")
            path.write_text(program)
            command = [python.program, "-m", "pyteleport", "rehearse", "--json", "--sample", "40"]
            result = run_command([*command, path.name], cwd=Path(folder))
        note(result.stdout + result.stderr)
        assert result.status == 0, result.stderr + result.stdout
        report = json.loads(result.stdout)
        assert report["differed"] == []
        assert all("it is a bug" not in entry["hint"] for entry in report["refused"])

    moves()
