"""The examples in public docstrings, run by each CPython's doctest."""

from __future__ import annotations

from harness import Python, run
from interpreters import libraries

PROGRAM = """
import doctest, importlib, pkgutil, sys
import pyteleport

tried = 0
names = ["pyteleport", *(found.name for found in pkgutil.walk_packages(pyteleport.__path__, "pyteleport."))]
for name in names:
    if name.endswith((".__main__", "._native", ".launch")):  # run, not imported
        continue
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert not result.failed, (name, result)
    tried += result.attempted
print(tried)
"""


def test_examples_in_docstrings(python: Python) -> None:
    done = run(python, PROGRAM, env={"PYTHONPATH": str(libraries(python))}, timeout=100)
    assert (done.stderr, done.status) == ("", 0), done.stdout
    assert int(done.stdout.split()[-1]) >= 8, "few examples were found"
