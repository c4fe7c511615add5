"""The frame layouts of crates/native against CPython's own headers, where these are installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from harness import Python, run

LAYOUT = "import json; from pyteleport import _native; print(json.dumps(_native.layout()))"
INCLUDE = (
    "import sys, sysconfig; from pathlib import Path;"
    "named = Path(sysconfig.get_config_var('INCLUDEPY'));"
    "print(next((p for p in (named, Path(sys.base_prefix, 'include', named.name))"
    " if (p / 'internal').is_dir()), ''))"
)
# name in `Layout`, and the C expression that says what it must be
OFFSETS = {
    "frame_pointer": "offsetof(PyFrameObject, f_frame)",
    "previous": "offsetof(_PyInterpreterFrame, previous)",
    "namespace": "offsetof(_PyInterpreterFrame, f_locals)",
    "owner": "offsetof(_PyInterpreterFrame, owner)",
    "owner_generator": "FRAME_OWNED_BY_GENERATOR",
    "localsplus": "offsetof(_PyInterpreterFrame, localsplus)",
    "generator_frame": "offsetof(PyGenObject, gi_iframe)",
    "generator_exception": "offsetof(PyGenObject, gi_exc_state.exc_value)",
    "generator_state": "offsetof(PyGenObject, gi_frame_state)",
    "state_created": "FRAME_CREATED",
    "state_executing": "FRAME_EXECUTING",
}
# the same field under the names it has had, newest first
RENAMED = {"executable": ("f_executable", "f_code"), "instruction": ("instr_ptr", "prev_instr")}
PROGRAM = """
#define Py_BUILD_CORE 1
#include <stddef.h>
#include <stdio.h>
#include "Python.h"
#include "internal/pycore_frame.h"
#if __has_include("internal/pycore_interpframe_structs.h")
#include "internal/pycore_interpframe_structs.h"
#endif
#if __has_include("internal/pycore_genobject.h")
#include "internal/pycore_genobject.h"
#endif
int main(void) {
%s
    return 0;
}
"""


def test_layout_is_the_headers(python: Python, tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    include = run(python, INCLUDE).stdout.strip()
    if compiler is None or not include:
        pytest.skip(f"no C compiler, or no internal headers of CPython {python.version}, are here")
    here: dict[str, int] = json.loads(run(python, LAYOUT).stdout)
    lines = [f'    printf("{name} %ld\\n", (long)({c}));' for name, c in OFFSETS.items()]
    if here["entry_flag"] >= 0:
        lines.append(
            '    printf("entry_flag %ld\\n", (long)offsetof(_PyInterpreterFrame, is_entry));'
        )
    headers = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(include, "internal").glob("pycore_*frame*.h")
    )
    for name, fields in RENAMED.items():
        field = next(
            field for field in fields if f" {field};" in headers or f"*{field};" in headers
        )
        offset = f"(long)offsetof(_PyInterpreterFrame, {field})"
        lines.append(f'    printf("{name} %ld\\n", {offset});')
    field = "stackpointer" if here["tagged"] else "stacktop"
    lines.append(
        f'    printf("stack_pointer %ld\\n", (long)offsetof(_PyInterpreterFrame, {field}));'
    )
    source = tmp_path / "layout.c"
    source.write_text(PROGRAM % "\n".join(lines))
    program = tmp_path / "layout"
    folders = [include, f"{include}/internal", str(Path(include).parent)]
    arguments = [f"-I{folder}" for folder in folders]
    subprocess.run([compiler, "-w", *arguments, "-o", program, source], check=True)
    printed = subprocess.check_output([program], text=True)
    said = {name: int(number) for name, number in map(str.split, printed.splitlines())}
    assert {name: here[name] for name in said} == said
