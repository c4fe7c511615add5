"""Programs that write images of themselves, and go on from each of them in a fresh process."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from checkpoints.imaging import LOOP, Folder, printed
from harness import check, environment, run_command
from subjects import Subject, discover, skip_if_too_new

CONSTRUCTS = Path(__file__).parent.parent / "constructs"
SUBJECTS = {subject.name: subject for subject in discover(CONSTRUCTS / "programs")}

# Values on the stack, generators, handled exceptions, an uncaught one, and what a program ends with.
FROM_IMAGES = (
    "async_suspended",
    "calls_mid_expression",
    "ends_with_status",
    "generators_suspended",
    "module_level",
    "try_nested",
    "uncaught_exception",
    "with_body",
)


def test_goes_on_from_each_checkpoint(folder: Folder) -> None:
    done = folder.run(LOOP)
    assert (done.stderr, done.status) == ("", 0)
    images = sorted(folder.path.glob("*.tp"))
    first = images[0].read_bytes()
    assert [image.name for image in images] == ["0.tp", "1.tp", "2.tp", "3.tp"]
    for number, image in enumerate(images):
        for _ in range(2):  # an image can be restored any number of times
            check(folder.resume(image.name), stdout=printed(number))
    assert images[0].read_bytes() == first
    assert folder.left_over() == []


def test_goes_on_at_a_target(folder: Folder) -> None:
    """There it writes images again, where pyteleport is installed."""
    folder.run(LOOP)
    (folder.path / "3.tp").unlink()
    check(folder.resume("2.tp", "--target", "local"), stdout=printed(2))
    check(folder.resume("3.tp"), stdout=printed(3))


def test_an_image_of_a_moved_program_cannot_be_written_without_pyteleport(folder: Folder) -> None:
    program = """
import sys, pyteleport
pyteleport.teleport(pyteleport.local(sys._base_executable))
try:
    pyteleport.checkpoint("run.tp")
except pyteleport.ImageError as problem:
    print(str(problem).splitlines()[0])
    print(pyteleport.snapshot().manifest["argv"] == sys.argv)
"""
    text = (
        "images cannot be written here: the program was moved here, and pyteleport is not installed"
    )
    check(folder.run(program), stdout=f"{text}\nTrue\n")


@pytest.mark.parametrize("name", FROM_IMAGES)
def test_constructs_go_on_from_images(folder: Folder, name: str) -> None:
    """Each point writes an image; the rest of the output comes from each, and the same end."""
    subject: Subject = SUBJECTS[name]
    skip_if_too_new(subject, folder.python)
    env = folder.environment({"PYTHONPATH": str(CONSTRUCTS), "CHECKPOINT_IN": str(folder.path)})
    out = folder.path / "out"
    with out.open("wb") as stdout:
        done = subprocess.run(
            [folder.python.program, subject.path],
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=environment(env),
            cwd=subject.path.parent,
            timeout=60,
            check=False,
        )
    whole = out.read_text()
    images = sorted(folder.path.glob("*.tp"), key=lambda image: int(image.stem))
    assert images, done.stderr
    for image in {images[0], images[len(images) // 2], images[-1]}:
        resumed = folder.resume(image.name)
        printed_before = int((folder.path / f"{image.stem}.size").read_text())
        expected = whole.encode()[printed_before:].decode()
        check(resumed, stdout=expected, stderr=done.stderr.decode(), status=done.returncode)


def test_what_is_buffered_is_printed_once(folder: Folder) -> None:
    program = """
import pyteleport
print("before")
pyteleport.checkpoint("run.tp")
print("after")
"""
    check(folder.run(program), stdout="before\nafter\n")
    check(folder.resume("run.tp"), stdout="after\n")


def test_signals_and_status_are_the_programs_own(folder: Folder) -> None:
    program = """
import os, signal, sys, pyteleport
first = os.getpid()
if pyteleport.checkpoint("run.tp"):
    print(os.getpid() != first, os.getppid() == int(os.environ["PARENT"]), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
"""
    check(folder.run(program))
    resumed = folder.resume("run.tp", env={"PARENT": str(os.getpid())})
    check(resumed, stdout="True True\n", status=-15)


def test_files_are_cut_back_to_where_they_were(folder: Folder) -> None:
    program = """
import pyteleport
out = open("out.txt", "w")
log = open("log.txt", "a+")
for number in range(3):
    out.write(f"line {number}\\n")
    log.write(f"entry {number}\\n")
    if number == 1:
        pyteleport.checkpoint("run.tp")
out.close()
"""
    lines = "".join(f"line {n}\n" for n in range(3))
    for step in range(3):
        check(folder.resume("run.tp") if step else folder.run(program))
        assert (folder.path / "out.txt").read_text() == lines
        assert (folder.path / "log.txt").read_text() == lines.replace("line", "entry")


def test_another_file_of_that_name_is_left_alone(folder: Folder) -> None:
    program = """
import pyteleport
out = open("out.txt", "w")
out.write("one")
pyteleport.checkpoint("run.tp")
out.write("two")
"""
    check(folder.run(program))
    (folder.path / "new.txt").write_text("somebody else's, and longer")
    os.replace(folder.path / "new.txt", folder.path / "out.txt")
    resumed = folder.resume("run.tp")
    assert resumed.status == 1
    assert "the open file has 27 bytes here" in resumed.stderr
    assert (folder.path / "out.txt").read_text() == "somebody else's, and longer"


def test_nothing_is_cut_when_nothing_is_restored(folder: Folder) -> None:
    program = """
import pyteleport
out = open("out.txt", "w")
other = open("other.txt", "w")
pyteleport.checkpoint("run.tp")
out.write("more")
"""
    check(folder.run(program))
    (folder.path / "other.txt").unlink()
    assert folder.resume("run.tp").status == 1
    assert (folder.path / "out.txt").read_text() == "more"


def test_runs_in_its_folder(folder: Folder) -> None:
    program = """
import os, pyteleport
pyteleport.checkpoint("../run.tp")
print(os.getcwd())
"""
    work = folder.path / "work"
    work.mkdir()
    other = folder.path / "other"
    other.mkdir()
    program = f"import os; os.chdir({str(work)!r})\n{program}"
    check(folder.run(program), stdout=f"{work}\n")
    check(folder.pyteleport("resume", "../run.tp", cwd=other), stdout=f"{work}\n")
    check(folder.resume("run.tp", "--cwd", "other"), stdout=f"{other}\n")
    work.rmdir()
    check(folder.pyteleport("resume", "../run.tp", cwd=other), stdout=f"{other}\n")


def test_moves_on_after_it_was_restored(folder: Folder) -> None:
    program = """
import os, pyteleport
kept = [1, 2]
pyteleport.checkpoint("run.tp")
before = os.getpid()
pyteleport.teleport("local")
print(os.getpid() != before, kept)
"""
    check(folder.run(program), stdout="True [1, 2]\n")
    check(folder.resume("run.tp"), stdout="True [1, 2]\n")


def test_hash_seed_and_options_are_those_it_was_started_with(folder: Folder) -> None:
    program = """
import pyteleport
pyteleport.checkpoint("run.tp")
print(hash("a"), __debug__)
"""
    first = folder.run(program, env={"PYTHONHASHSEED": "5"})
    check(folder.resume("run.tp", env={"PYTHONHASHSEED": "77"}), stdout=first.stdout)
    assert first.stdout.endswith(" True\n")
    optimized = run_command(
        [folder.python.program, "-O", "program.py"],
        env=folder.environment({"PYTHONHASHSEED": "5"}),
        cwd=folder.path,
    )
    assert optimized.stdout.endswith(" False\n")
    check(folder.resume("run.tp"), stdout=optimized.stdout)


def test_python_of_another_version_is_named(folder: Folder) -> None:
    folder.run("import pyteleport\npyteleport.checkpoint('run.tp')\nprint('on')")
    from interpreters import PYTHONS

    others = [python for python in PYTHONS.values() if python.version != folder.python.version]
    if not others:
        pytest.skip("one CPython only is under test")
    other = Folder(folder.path, others[0])
    refused = other.resume("run.tp", env={"PATH": "/nowhere"})
    assert refused.status == 1
    assert f"runs on CPython {folder.python.version}." in refused.stderr
    assert f"this is CPython {other.python.version}." in refused.stderr
    assert f"python{folder.python.version} -m pip install pyteleport" in refused.stderr
    folders = Path(folder.python.program).parent
    names = folder.path / "bin"
    names.mkdir()
    (names / f"python{folder.python.version}").write_text(
        f'#!/bin/sh\nexec {folders}/{Path(folder.python.program).name} "$@"\n'
    )
    (names / f"python{folder.python.version}").chmod(0o755)
    check(other.resume("run.tp", env={"PATH": f"{names}:/usr/bin:/bin"}), stdout="on\n")


def test_snapshot_in_memory(folder: Folder) -> None:
    program = """
import pyteleport
data = list(range(5))
image = pyteleport.snapshot()
if image is None:
    print("restored", data)
else:
    data.append("later")
    image.save("run.tp")
    again = pyteleport.Image.load("run.tp")
    assert again.manifest == image.manifest
    print(again.manifest["frames"][0]["line"], again.manifest["argv"])
    pyteleport.restore(again)
"""
    done = folder.run(program)
    check(done, stdout=f"4 {[str(folder.path / 'program.py')]}\nrestored [0, 1, 2, 3, 4]\n")
    check(folder.resume("run.tp"), stdout="restored [0, 1, 2, 3, 4]\n")


@pytest.mark.parametrize("where", ["", ', target="local"'])
def test_restore_ends_the_program_that_calls_it(folder: Folder, where: str) -> None:
    folder.run(LOOP)
    program = f"""
import atexit, pyteleport
atexit.register(print, "never")
print("caller")
try:
    pyteleport.restore("3.tp"{where})
finally:
    print("never either")
"""
    check(folder.run(program), stdout="caller\n" + printed(3))


def test_a_refused_restore_leaves_the_program(folder: Folder) -> None:
    folder.run(LOOP)
    image = bytearray((folder.path / "3.tp").read_bytes())
    image[-500] ^= 1
    (folder.path / "bad.tp").write_bytes(image)
    program = """
import pyteleport
for arguments in (("bad.tp",), ("bad.tp", "local"), ("none.tp",)):
    try:
        pyteleport.restore(*arguments)
    except pyteleport.ImageError as problem:
        print(type(problem).__name__)
"""
    check(folder.run(program), stdout="ImageDamaged\nImageDamaged\nImageError\n")


def test_store(folder: Folder) -> None:
    program = """
import sys, pyteleport
data = bytes(range(256)) * 40000
for number in range(3):
    resumed = pyteleport.checkpoint(sys.argv[1])
    print(number, resumed)
"""
    check(folder.run(program, "store://kept#run"), stdout="0 False\n1 False\n2 False\n")
    check(folder.run(program, "kept/"), stdout="0 False\n1 False\n2 False\n")
    listed = folder.pyteleport("store", "ls", "kept").stdout
    names = [line.split()[-1] for line in listed.splitlines()]
    assert names == [f"{name}:{n}" for name in ("program", "run") for n in (1, 2, 3)]
    check(folder.resume("store://kept#run"), stdout="2 True\n")
    check(folder.resume("store://kept#program:1"), stdout="0 True\n1 False\n2 False\n")
    assert folder.pyteleport("store", "verify", "kept").stdout == "8 images are whole, 0 are not\n"
    done = folder.pyteleport("store", "gc", "--keep", "1", "--grace", "0", "kept")
    assert done.status == 0, done
    check(folder.resume("store://kept#run"), stdout="2 True\n")
    assert folder.pyteleport("store", "verify", "kept").status == 0


def test_what_is_around_it_is_as_it_was(folder: Folder) -> None:
    """Module path, descriptors and uncaught exceptions, in the same interpreter and in one that was started for it."""
    program = """
import os, sys, pyteleport
path, descriptors = list(sys.path), os.listdir("/proc/self/fd")
def fail():
    pyteleport.checkpoint("run.tp")
    assert (sys.path, os.listdir("/proc/self/fd")) == (path, descriptors)
    raise KeyError("end")
fail()
"""
    done = folder.run(program)
    assert done.status == 1
    assert done.stderr.endswith("KeyError: 'end'\n")
    assert folder.resume("run.tp") == done
    assert folder.resume("run.tp", env={"PYTHONHASHSEED": "9"}) == done


def test_a_write_that_is_interrupted_leaves_nothing(folder: Folder) -> None:
    program = """
import os, signal, pyteleport
class Stopped(BaseException):
    pass
def stop(*_):
    raise Stopped
signal.signal(signal.SIGALRM, stop)
ballast = bytearray(os.urandom(1 << 20)) * 300
stopped = 0
for delay in (0.02, 0.1, 0.15):
    signal.setitimer(signal.ITIMER_REAL, delay)
    try:
        pyteleport.checkpoint("run.tp")
    except Stopped:
        stopped += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    ballast.append(1)  # nobody looks at it any more
    assert not [name for name in os.listdir() if name.startswith(".")]
print(stopped > 0)
"""
    check(folder.run(program), stdout="True\n")


def test_programs_that_cannot_be_written_are_told_why(folder: Folder) -> None:
    program = """
import threading, pyteleport

def attempt():
    try:
        pyteleport.checkpoint("run.tp")
    except pyteleport.CannotMove as problem:
        print(type(problem).__name__, str(problem).splitlines()[0])

end = threading.Event()
other = threading.Thread(target=end.wait)
other.start()
attempt()
end.set()
other.join()
pyteleport.prompt(attempt)()
"""
    check(
        folder.run(program),
        stdout="ThreadsAlive 1 other thread is alive\n"
        "CannotMove the program is inside a prompt, above which only teleport() can move\n",
    )
    session = f"import pyteleport\ntry: pyteleport.checkpoint({str(folder.path / 'run.tp')!r})\nexcept pyteleport.CannotMove as problem: print(problem.what)\n\n"
    told = run_command(
        [folder.python.program, "-i", "-q"], stdin=session.encode(), env=folder.environment()
    )
    assert "a session at a prompt cannot be written to an image\n" in told.stdout
    assert not (folder.path / "run.tp").exists()
