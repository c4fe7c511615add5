"""CPython's own tests of the language, as the interpreter ships them; none is copied into this repository."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

STUB = Path(__file__).resolve().parent / "stub"
WITHIN = "run_all"

NAMES = (
    "test_asyncgen",
    "test_class",
    "test_coroutines",
    "test_exceptions",
    "test_fstring",
    "test_generators",
    "test_grammar",
    "test_listcomps",
    "test_scope",
    "test_unpack",
    "test_with",
)
WHERE = "import test, os; print(os.path.dirname(test.__file__))"


@cache
def folder_of(program: str) -> Path | None:
    """Where an interpreter keeps them; None if it does not ship them."""
    done = subprocess.run([program, "-c", WHERE], capture_output=True, text=True)
    found = Path(done.stdout.strip() or "/nowhere")
    return found if (found / "test_generators.py").exists() else None


def lay_out(program: str, name: str, folder: Path) -> Path | None:
    """Puts a test file and what runs it into an empty folder; the script, None if there is none."""
    origin = folder_of(program)
    if origin is None or not (origin / f"{name}.py").exists():
        return None
    shutil.copy(origin / f"{name}.py", folder)
    shutil.copy(STUB / "run_tests.py", folder)
    return folder / "run_tests.py"
