"""How the interpreter at the target is started, so that it works as the one here does.

Options that change what a program does go along (`-O`, `-X utf8`, `-X dev`, `-b`, `-B`, `-E`, `-I`, `-s`, `-P` ...),
as options where they were that here, and as the environment variables that stand for them where those
were set when the program was started; PYTHONHASHSEED, too. Not: `-S` (the target's packages are
looked for by their folders), what only makes the interpreter talk (`-v`, `-q`, `-X importtime` ...), and `-i`. `-W`
and `-u` are state by the time the program runs: warning filters and streams are carried as they are.
"""

from __future__ import annotations

import os
import sys

# Field of sys.flags, option, variable.
LETTERS = (
    ("optimize", "O", "PYTHONOPTIMIZE"),
    ("dont_write_bytecode", "B", "PYTHONDONTWRITEBYTECODE"),
    ("bytes_warning", "b", ""),
    ("no_user_site", "s", "PYTHONNOUSERSITE"),
    ("ignore_environment", "E", ""),
    ("safe_path", "P", "PYTHONSAFEPATH"),
)
IMPLIED_BY_ISOLATED = "sEP"
# Of -X: name, variable. Others go along as well, but for those about one process.
VARIABLES = (
    ("", "PYTHONHASHSEED"),
    ("utf8", "PYTHONUTF8"),
    ("dev", "PYTHONDEVMODE"),
    ("warn_default_encoding", "PYTHONWARNDEFAULTENCODING"),
    ("no_debug_ranges", "PYTHONNODEBUGRANGES"),
    ("cpu_count", "PYTHON_CPU_COUNT"),
    ("context_aware_warnings", "PYTHON_CONTEXT_AWARE_WARNINGS"),
    ("thread_inherit_context", "PYTHON_THREAD_INHERIT_CONTEXT"),
)
LOCAL_X = frozenset(
    ("importtime", "showrefcount", "presite", "perf", "perf_jit", "tracemalloc", "pycache_prefix")
)


def options() -> list[str]:
    """The options to start the target's interpreter with; mostly none."""
    set_here = variables()
    letters = "I" if sys.flags.isolated else ""
    for name, letter, variable in LETTERS:
        if variable not in set_here and not (letters and letter in IMPLIED_BY_ISOLATED):
            letters += letter * getattr(sys.flags, name)
    found = [f"-{letters}"] if letters else []
    for name, value in sys._xoptions.items():
        if name not in LOCAL_X:
            found += ["-X", name if value is True else f"{name}={value}"]
    return found


def variables() -> dict[str, str]:
    """The environment variables that the target's interpreter has to be started with; mostly none."""
    if sys.flags.ignore_environment:
        return {}
    from pyteleport.surroundings.environment import at_start

    start = at_start()
    if start is None:
        start = dict(os.environb)
    found = {}
    for name in (*(row[2] for row in LETTERS), *(row[1] for row in VARIABLES)):
        value = start.get(name.encode())
        if value:
            found[name] = os.fsdecode(value)
    return found
