"""The README's example does what the README shows."""

from __future__ import annotations

import re

from harness import Python, check, run
from interpreters import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_is_shown(python: Python) -> None:
    source, shown = re.findall(r"```(?:python)?\n(.*?)```", TEXT, re.DOTALL)[1:3]
    result = run(python, source.replace('"ssh://cartesius"', '"local"'))
    check(result, stdout=result.stdout)
    where = r"\[\S+/(\d+)\] "
    pattern = "".join(
        where + re.escape(line.partition("] ")[2]) + r"\n" for line in shown.splitlines()
    )
    processes = re.fullmatch(pattern, result.stdout)
    assert processes, result.stdout
    here, there, still_there = processes.groups()
    assert here != there == still_there
