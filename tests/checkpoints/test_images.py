"""Images at the command line: shown, checked, compared; and those that are refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from checkpoints.imaging import LOOP, Folder, printed, refused
from harness import check

TRIVIAL = """
import pyteleport
print(pyteleport.checkpoint("run.tp"))
"""


@pytest.fixture
def written(folder: Folder) -> Path:
    check(folder.run(TRIVIAL), stdout="False\n")
    return folder.path / "run.tp"


def test_inspect_shows_without_running(folder: Folder) -> None:
    program = '''
import pyteleport

class Sly:
    """Whatever asks it how large it is, or what is in it, would be heard."""
    def heard(self, *_):
        print("asked")
    __sizeof__ = __len__ = __iter__ = __repr__ = __getitem__ = heard

class Kind:
    pass

table = {number: str(number) for number in range(1000)}

def compute(depth, sly, kind):
    log = open("log.txt", "a")
    big = bytearray(3_000_000)
    if depth:
        return compute(depth - 1, sly, kind)
    return pyteleport.checkpoint("run.tp")

compute(1, Sly(), Kind)
'''
    check(folder.run(program))
    image = folder.path / "run.tp"
    before = image.read_bytes()
    env = {"PYTELEPORT_KEY": "/nowhere"}  # no trust is needed to look
    shown = folder.pyteleport("inspect", "run.tp", env=env)
    assert (shown.stderr, shown.status) == ("", 0)
    for text in (
        'in compute\n    return pyteleport.checkpoint("run.tp")\n',
        "    return compute(depth - 1, sly, kind)\n",
        "      big: bytearray, 3.0 MB\n",
        "      sly: Sly, ",
        "  __main__.table ",
        f"{folder.path}/log.txt, written, at 0 of 0\n",
        f"CPython {folder.python.version}.",
        "program.py\n",
        "  code ",
        "█",
    ):
        assert text in shown.stdout, shown.stdout
    tree = folder.pyteleport("inspect", "run.tp", "--tree").stdout
    assert "├── compute, line " in tree
    assert "└── table: dict  " in tree
    largest = folder.pyteleport("inspect", "--largest", "2", "run.tp").stdout.splitlines()
    assert [line.split("  ")[1] for line in largest[:2]] == ["compute: big"] * 2
    told = json.loads(folder.pyteleport("inspect", "--json", "run.tp").stdout)
    assert [frame["function"] for frame in told["frames"]] == ["compute", "compute", "<module>"]
    assert told["files"][0]["path"] == str(folder.path / "log.txt")
    assert told["image"]["sections"][0]["name"] == "code"
    assert image.read_bytes() == before


def test_diff(folder: Folder) -> None:
    folder.run(LOOP)
    same = folder.pyteleport("diff", "1.tp", "1.tp")
    assert same.status == 0, same
    different = folder.pyteleport("diff", "1.tp", "2.tp")
    assert different.status == 1
    assert "run (frame 1): seen: list, " in different.stdout
    assert "are the same bytes" in different.stdout
    assert folder.pyteleport("diff", "1.tp", "none.tp").status == 2


def test_verify(folder: Folder, written: Path) -> None:
    assert "run.tp: whole, sealed with key " in folder.pyteleport("verify", "run.tp").stdout
    data = written.read_bytes()
    written.write_bytes(data[: len(data) // 2])
    refused(folder.pyteleport("verify", "run.tp"), "it is damaged")


def test_whatever_is_cut_or_changed_is_refused(folder: Folder, written: Path) -> None:
    data = written.read_bytes()
    step = max(1, len(data) // 6)
    for length in (0, 5, *range(step, len(data), step), len(data) - 1):
        (folder.path / "cut.tp").write_bytes(data[:length])
        refused(folder.resume("cut.tp"), "image")
    for place in (0, 9, 13, *range(20, len(data), step), len(data) - 100, len(data) - 50):
        changed = bytearray(data)
        changed[place] ^= 0x41
        (folder.path / "bad.tp").write_bytes(changed)
        result = folder.resume("bad.tp")
        refused(result, "image")
        assert "True" not in result.stdout


def test_other_files_are_no_images(folder: Folder) -> None:
    (folder.path / "text.tp").write_text("print('hello')\n" * 100)
    refused(folder.resume("text.tp"), "no image")
    refused(folder.resume("none.tp"), "No such file")
    refused(folder.resume("."), "directory")
    refused(folder.pyteleport("inspect", "text.tp"), "no image")


def test_seals(folder: Folder, written: Path) -> None:
    """Only what was sealed with a key of ours is restored, unless anybody is trusted."""
    key = folder.path / "config" / "pyteleport" / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert folder.pyteleport("keygen", "other").status == 0
    assert (folder.path / "other").stat().st_mode & 0o777 == 0o600
    refused(folder.pyteleport("keygen", "other"), "there is a file already")
    other = {"PYTELEPORT_KEY": "other"}
    refused(folder.resume("run.tp", env=other), "sealed with another key")
    check(folder.resume("run.tp", "--trust", env=other), stdout="True\n")
    both = {"PYTELEPORT_KEY": f"other:{key}"}
    check(folder.resume("run.tp", env=both), stdout="True\n")
    check(folder.run(TRIVIAL, env=both), stdout="False\n")  # the first one seals
    refused(folder.resume("run.tp"), "sealed with another key")
    check(folder.resume("run.tp", env=other), stdout="True\n")
    (folder.path / "other").chmod(0o644)
    refused(folder.resume("run.tp", env=other), "can be read by others")
    refused(folder.resume("run.tp", env={"PYTELEPORT_KEY": "nowhere"}), "a key cannot be read")


def test_nothing_is_unpickled_before_the_seal_is_seen(folder: Folder, written: Path) -> None:
    """An image somebody else made: whatever is in it, nothing of it runs."""
    marker = folder.path / "ran"
    evil = f"""
import pyteleport
class Evil:
    def __reduce__(self):
        return exec, ("open({str(marker)!r}, 'w')",)
import copyreg
held = Evil()
pyteleport.checkpoint("evil.tp")
open({str(marker)!r}, "w")
"""
    folder.pyteleport("keygen", "theirs")
    folder.run(evil, env={"PYTELEPORT_KEY": "theirs"})
    marker.unlink()
    refused(folder.resume("evil.tp"), "sealed with another key")
    refused(folder.resume("evil.tp", "--target", "local"), "sealed with another key")
    assert not marker.exists()


def test_a_write_that_fails_leaves_the_old_image(folder: Folder, written: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("a small disk takes root to mount")
    disk = folder.path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    program = """
import os, pyteleport
print(pyteleport.checkpoint("disk/run.tp"))
ballast = os.urandom(4_000_000)
try:
    pyteleport.checkpoint("disk/run.tp")
except pyteleport.ImageError as problem:
    print(problem)
print(os.listdir("disk"))
"""
    try:
        done = folder.run(program)
        assert (done.stderr, done.status) == ("", 0)
        first, *said, last = done.stdout.splitlines()
        assert (first, last) == ("False", "['run.tp']")
        assert said[0] == "the image cannot be written: No space left on device"
        assert said[1] == "  where: disk/run.tp"
        resumed = folder.resume("disk/run.tp")
        assert resumed.stdout.startswith("True\nthe image cannot be written: No space")
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("place", ["none/run.tp", "taken", "/proc/run.tp"])
def test_places_that_cannot_be_written(folder: Folder, place: str) -> None:
    (folder.path / "taken").mkdir()
    program = f"""
import pyteleport
try:
    pyteleport.checkpoint({place!r})
except pyteleport.ImageError as problem:
    print(str(problem).split(":")[0], problem.where)
"""
    check(folder.run(program), stdout=f"the image cannot be written {place}\n")
    assert folder.left_over() == []


def test_programs_that_write_one_name_at_once(folder: Folder, written: Path) -> None:
    """Whoever was last, the image is whole at any moment, and nothing is left over."""
    program = """
import pyteleport, sys
data = bytes(range(256)) * 8000
for number in range(15):
    if pyteleport.checkpoint("both.tp"):
        print("resumed", len(data))
        break
"""
    (folder.path / "both.py").write_text(program)
    env = {**os.environ, **folder.environment()}
    command = [folder.python.program, "both.py"]
    running = [subprocess.Popen(command, cwd=folder.path, env=env) for _ in range(2)]
    looked = 0
    while any(process.poll() is None for process in running):
        if (folder.path / "both.tp").exists():
            assert folder.pyteleport("verify", "both.tp").status == 0
            looked += 1
    assert [process.returncode for process in running] == [0, 0]
    check(folder.resume("both.tp"), stdout="resumed 2048000\n")
    assert folder.left_over() == []


def test_what_cannot_move_cannot_be_in_an_image(folder: Folder) -> None:
    program = """
import pyteleport, socket
line = socket.socket()
try:
    pyteleport.checkpoint("run.tp")
except pyteleport.CannotMove as problem:
    print(type(problem).__name__)
line.close()
del line
print(pyteleport.checkpoint("run.tp"))
"""
    check(folder.run(program), stdout="CannotMove\nFalse\n")


GOLDEN = Path(__file__).parent / "golden"


def test_the_first_format_stays_readable(folder: Folder) -> None:
    """Every CPython shows and checks an image of another one, and of an older pyteleport."""
    key = folder.path / "key"
    key.touch(0o600)
    key.write_bytes((GOLDEN / "key").read_bytes())
    image = folder.path / "format1.tp"
    image.write_bytes((GOLDEN / "format1.tp").read_bytes())
    env = {"PYTELEPORT_KEY": str(key)}
    shown = folder.pyteleport("inspect", "format1.tp", env=env)
    assert (shown.stderr, shown.status) == ("", 0)
    for text in (
        "python     CPython 3.12.",
        'print("resumed:", pyteleport.checkpoint("format1.tp"))\n      numbers: range_iterator, ',
        "  __main__.ballast    1.0 MB  █",
        "  buffers    1.0 MB  █",
    ):
        assert text in shown.stdout, shown.stdout
    told = json.loads(folder.pyteleport("inspect", "--json", "format1.tp").stdout)
    assert [frame["line"] for frame in told["frames"]] == [10, 16]
    assert ": whole, sealed with key " in folder.pyteleport("verify", "format1.tp", env=env).stdout
    resumed = folder.resume("format1.tp", env={**env, "PATH": "/nowhere"})
    if folder.python.version == "3.12":
        check(resumed, stdout="resumed: True\n15 1048576\n")
    else:
        refused(resumed, "runs on CPython 3.12.")


def test_usage(folder: Folder) -> None:
    for words in ([], ["a", "b"], ["--what", "a"], ["a", "--target"]):
        result = folder.resume(*words)
        assert result.status == 2
        assert "usage: pyteleport resume" in result.stderr
    assert folder.resume("--help").stdout.startswith("usage: pyteleport resume")
    assert "inspect" in folder.pyteleport("--help").stdout


def test_a_manifest_that_makes_no_sense(folder: Folder) -> None:
    """Made by hand, sealed by nobody: looking at it ends in an error, and controls no terminal."""
    texts = [
        "[]",
        "{}",
        "nonsense",
        "[" * 100_000,
        '{"python": {"version": "3.12.1"}}',
        '{"python": {"version": 3}}',
    ]
    make = "import sys; from pyteleport._native import ImageWriter; w = ImageWriter(sys.argv[1], sys.argv[2], None); w.section('code'); w.write(b'x'); w.finish()"
    for text in texts:
        short = text if len(text) < 1000 else text[:50_000]
        subprocess.run(
            [folder.python.program, "-c", make, folder.path / "odd.tp", short], check=True
        )
        refused(folder.pyteleport("inspect", "odd.tp"), "manifest makes no sense")
        refused(folder.resume("odd.tp"), "image")


def test_goes_on_on_another_line_of_output(folder: Folder) -> None:
    """The command is a program like any other: its output may be a pipe, a file or closed."""
    folder.run(LOOP)
    out = folder.path / "out"
    with out.open("wb") as file:
        subprocess.run(
            [folder.python.program, "-m", "pyteleport", "resume", "1.tp"],
            stdout=file,
            stdin=subprocess.DEVNULL,
            cwd=folder.path,
            env={**os.environ, **folder.environment()},
            check=True,
        )
    assert out.read_text() == printed(1)
    closed = subprocess.run(
        ["sh", "-c", f'exec "{folder.python.program}" -m pyteleport resume 1.tp <&- >&-'],
        cwd=folder.path,
        env={**os.environ, **folder.environment()},
        capture_output=True,
        check=False,
    )
    assert (closed.returncode, closed.stderr) == (0, b""), sys.executable
