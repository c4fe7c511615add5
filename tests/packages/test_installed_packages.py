"""`packages="install"`: by pip or uv at the target, from wheels in a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from packages.shelf import GREETING, Shelf
from packages.wheels import wheel

UV = """#!/bin/sh
echo "uv: $*" >> {log}
echo "uv: UV_FIND_LINKS=$UV_FIND_LINKS UV_NO_INDEX=$UV_NO_INDEX" >> {log}
shift; shift; shift
python=$1; shift
exec "$python" -m pip install "$@"
"""


@pytest.fixture
def target(shelf: Shelf) -> str:
    """Another venv, with nothing but pip."""
    return shelf.venv_with_pip()


PROGRAM = """
import shutil
import pyteleport
from greeting import Greeter
greeter = Greeter("world")
pyteleport.teleport(pyteleport.local(python={python!r}), packages={packages!r}, timeout={timeout})
shutil.rmtree({site_packages!r})
import greeting, os
from importlib import metadata
from greeting import later
print(greeter, metadata.version("greeting"), later.TEXT, end="")
print(os.path.dirname(greeting.__path__[0]))
"""


def program(shelf: Shelf, target: str, packages: str, timeout: float = 60) -> str:
    return PROGRAM.format(
        python=target, packages=packages, site_packages=str(shelf.site_packages), timeout=timeout
    )


def test_into_a_temporary_folder(shelf: Shelf, target: str) -> None:
    shelf.add("quick", "2.0", {"quick/__init__.py": "x = 1\n", "quick/_c.cpython-311.so": ""})
    text = program(shelf, target, "install").replace(
        "import pyteleport", "import pyteleport, quick"
    )
    result = shelf.run(text + "print(quick.x)\n", **shelf.offline())
    assert result.status == 0, result.stderr
    first, folder, last = result.stdout.splitlines()
    assert (first, last) == ("hello world! 1.2 one text", "1")
    assert folder.startswith(f"{shelf.temporary}/pyteleport-packages-")
    lines = result.stderr.splitlines()
    assert all(line.startswith("pyteleport: local (") for line in lines), lines
    assert "Successfully installed greeting-1.2 punctuation-3.0 quick-2.0" in lines[-1]
    assert list(shelf.temporary.iterdir()) == []


def test_into_a_named_folder_that_is_used_again(shelf: Shelf, target: str) -> None:
    folder = shelf.folder / "kept"
    shutil.copytree(shelf.site_packages, shelf.folder / "copy")
    said = []
    for _ in range(2):
        result = shelf.run(program(shelf, target, f"install:{folder}"), **shelf.offline())
        assert result.stdout == f"hello world! 1.2 one text\n{folder}\n", result.stderr
        said.append(result.stderr)
        shutil.copytree(shelf.folder / "copy", shelf.site_packages)
    assert "Successfully installed greeting-1.2 punctuation-3.0" in said[0]
    assert said[1] == ""
    shutil.rmtree(shelf.site_packages / "greeting-1.2.dist-info")
    shelf.add(
        "greeting", "1.3", {**GREETING, "greeting/words.py": "WORD = 'bye'\n"}, ["punctuation"]
    )
    result = shelf.run(program(shelf, target, f"install:{folder}"), **shelf.offline())
    assert result.stdout == f"bye world! 1.3 one text\n{folder}\n", result.stderr
    assert "punctuation" not in result.stderr
    assert sorted(path.name for path in folder.glob("*.dist-info")) == [
        "greeting-1.3.dist-info",
        "punctuation-3.0.dist-info",
    ]
    assert list(shelf.temporary.iterdir()) == []


def test_a_version_that_differs_there_gives_way(shelf: Shelf) -> None:
    other = {**GREETING, "greeting/words.py": "WORD = 'other'\n"}
    target = shelf.venv_with_pip(wheel(shelf.folder / "other", "greeting", "1.1", other))
    result = shelf.run(program(shelf, target, "install"), **shelf.offline())
    assert result.stdout.startswith("hello world! 1.2 one text\n"), result.stderr


def test_uv_is_taken_where_there_is_one(shelf: Shelf, target: str) -> None:
    """A stand-in for it, which says how it was called and passes that on to pip."""
    log = shelf.folder / "log"
    commands = shelf.folder / "commands"
    commands.mkdir()
    (commands / "uv").write_text(UV.format(log=log))
    (commands / "uv").chmod(0o755)
    path = f"{commands}:{os.environ['PATH']}"
    result = shelf.run(program(shelf, target, "install"), PATH=path, **shelf.offline())
    assert result.stdout.startswith("hello world! 1.2 one text\n"), result.stderr
    called, settings = log.read_text().splitlines()
    assert called.startswith(
        f"uv: pip install --python {target} --no-deps --target {shelf.temporary}/"
    )
    assert called.endswith(" greeting==1.2 punctuation==3.0")
    assert settings == f"uv: UV_FIND_LINKS={shelf.wheels} UV_NO_INDEX=1"


def test_failures(shelf: Shelf, target: str) -> None:
    (shelf.wheels / "punctuation-3.0-py3-none-any.whl").unlink()
    text = f"""
import pyteleport, greeting, os
for python in {target!r}, {shelf.stock()!r}, "local":
    folder = "/proc/nowhere" if python == "local" else ""
    try:
        pyteleport.teleport(
            pyteleport.local(python={target!r} if python == "local" else python),
            packages="install" + (":" + folder if folder else ""),
        )
    except pyteleport.TargetError as problem:
        print(type(problem).__name__, problem)
print(greeting.Greeter("still here"))
"""
    result = shelf.run(text, **shelf.offline())
    assert result.status == 0, result.stderr
    assert "No matching distribution found for punctuation==3.0" in result.stdout
    assert "pip ended with exit status 1" in result.stdout
    assert "to do: see to what the installer says" in result.stdout
    assert "to do: name a folder that can be written to there" in result.stdout
    assert result.stdout.endswith("hello still here!\n")
    assert list(shelf.temporary.iterdir()) == []


SLOW = """#!/bin/sh
for number in 1 2 3 4 5 6; do sleep 0.5; echo "step $number"; done
shift; shift; shift
python=$1; shift
exec "$python" -m pip install "$@"
"""
STUCK = "#!/bin/sh\necho $$ > {pid}\necho started\nexec sleep 100\n"


def test_the_timeout_counts_progress(shelf: Shelf, target: str) -> None:
    commands = shelf.folder / "commands"
    commands.mkdir()
    uv = commands / "uv"
    env = {"PATH": f"{commands}:{os.environ['PATH']}", **shelf.offline()}
    uv.write_text(STUCK.format(pid=shelf.folder / "pid"))
    uv.chmod(0o755)
    text = program(shelf, target, "install", timeout=2.5)
    result = shelf.run(text, **env)
    assert "TargetTimeout" in result.stderr
    assert f"pyteleport: local ({target}): started" in result.stderr
    pid = (shelf.folder / "pid").read_text().strip()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
    assert list(shelf.temporary.iterdir()) == []
    uv.write_text(SLOW)
    result = shelf.run(text, **env)
    assert result.stdout.startswith("hello world! 1.2 one text\n"), result.stderr
    assert f"pyteleport: local ({target}): step 6" in result.stderr


def test_wanted_by_two_at_once(shelf: Shelf, target: str) -> None:
    """They take turns in a named folder; the second finds what the first has installed."""
    folder = shelf.folder / "kept"
    path = shelf.folder / "twice.py"
    text = program(shelf, target, f"install:{folder}")
    path.write_text(
        f"import sys\nsys.path.append({str(shelf.site_packages)!r})\n"
        + text.replace("shutil.rmtree", "str")
    )
    env = {**os.environ, "TMPDIR": str(shelf.temporary), **shelf.offline()}
    processes = [
        subprocess.Popen(
            [shelf.python.program, str(path)],
            env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    ends = [process.communicate(timeout=60) for process in processes]
    assert [stdout for stdout, _ in ends] == [f"hello world! 1.2 one text\n{folder}\n"] * 2, ends
    assert sorted("Successfully" in stderr for _, stderr in ends) == [False, True]
