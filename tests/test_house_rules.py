"""Rules of this repository that no linter knows. `make lint` runs these too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("crates", "python", "scripts", "tests", "benches", "examples")
LONGEST = 500

# A condition on the CPython version: `sys.version_info >= (3, 12)`, `#[cfg(Py_3_12)]`.
VERSION_CONDITION = re.compile(
    r"version_info\b.*?(?:[<>]=?|[!=]=)\s*\(?\d|\bhexversion\b|\bcfg(?:_attr)?!?\(.*\bPy_3_\d"
)
UNSAFE = re.compile(r"\bunsafe\s*(?:\{|fn\b|impl\b|trait\b|extern\b)")
REASON = re.compile(rf"over {LONGEST} lines: \S+")


def sources(*folders: str, suffixes: tuple[str, ...] = (".py", ".pyi", ".rs")) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and not {"target", "__pycache__"} & set(path.parts):
                yield path


def lines_matching(pattern: re.Pattern[str], paths: Iterator[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_version_conditions_stand_only_where_versions_are_told_apart() -> None:
    """A new CPython is one new file in each of these folders, and no `if` elsewhere."""
    paths = (
        path for path in sources("crates", "python") if not {"versions", "layout"} & set(path.parts)
    )
    assert lines_matching(VERSION_CONDITION, paths) == []


def test_unsafe_code_stands_only_in_the_native_crate() -> None:
    native = ROOT / "crates" / "native"
    paths = (path for path in sources("crates", suffixes=(".rs",)) if native not in path.parents)
    assert lines_matching(UNSAFE, paths) == []


def test_long_files_say_why() -> None:
    """A file of more than 500 lines has a comment "over 500 lines: reason" near its top."""
    long = []
    for path in sources(*FOLDERS):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > LONGEST and not any(REASON.search(line) for line in lines[:40]):
            long.append(f"{path.relative_to(ROOT)}: {len(lines)} lines")
    assert long == []


def test_the_rules_see_what_they_forbid() -> None:
    for line in (
        "if sys.version_info >= (3, 12):",
        "x = 1 if version_info[1] == 12 else 2",
        "#[cfg(Py_3_12)]",
        "#[cfg(all(Py_3_12, not(Py_3_13)))]",
    ):
        assert VERSION_CONDITION.search(line), line
    for line in ("manifest['version'] == sys.version_info[:2]", "version = sys.version_info[:2]"):
        assert not VERSION_CONDITION.search(line), line
    assert UNSAFE.search("unsafe { *p }")
    assert not UNSAFE.search('unsafe_code = "deny"')
