"""Where the program runs there: folder, files, environment, packages."""

from __future__ import annotations

from pathlib import Path

from handoff.moving import Moving


def test_the_same_folder_where_there_is_one(moving: Moving, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    result = moving.run("place", cwd=tmp_path)
    assert result.stdout.splitlines()[:2] == [str(tmp_path), "a file tmp"]


def test_a_folder_of_its_own_where_there_is_none(moving: Moving) -> None:
    result = moving.run("place", manifest={"here": "/no/such/folder"})
    folder, content, *_ = result.stdout.splitlines()
    assert Path(folder).parent == moving.temporary
    assert content == ""
    assert not Path(folder).exists()


def test_a_given_folder(moving: Moving, tmp_path: Path) -> None:
    result = moving.run("place", manifest={"cwd": str(tmp_path / "tmp")})
    assert result.stdout.splitlines()[0] == str(tmp_path / "tmp")


def test_a_given_folder_that_is_not_there(moving: Moving) -> None:
    result = moving.run("never", manifest={"cwd": "/no/such/folder"})
    assert result.status == 42
    assert result.stdout.startswith("TargetError: the target cannot take the program: ")
    assert "/no/such/folder: there is no such folder" in result.stdout
    assert "to do: give a folder that is there with cwd=" in result.stdout


def test_environment(moving: Moving) -> None:
    env = {"pyteleport_one": "1", "HOME": "/elsewhere"}
    result = moving.run("place", *env, manifest={"env": env})
    assert "pyteleport_one: 1\nHOME: /elsewhere\n" in result.stdout


FILES = [["one.txt", 0o600, "one"], ["sub/dir/two.txt", 0o644, "two"]]


def test_files_come_along_and_are_removed(moving: Moving, tmp_path: Path) -> None:
    result = moving.run("place", cwd=tmp_path, files=FILES)
    assert result.stdout.splitlines()[1] == "one.txt sub tmp"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tmp"]


def test_files_can_be_imported(moving: Moving) -> None:
    result = moving.run(
        "echo", stdin=b"x", manifest={"here": "/no/such/folder"}, files=[["m.py", 0o644, ""]]
    )
    assert result.stdout == "x"


def test_the_same_file_that_is_there_stays(moving: Moving, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("one")
    moving.run("place", cwd=tmp_path, files=FILES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.txt", "tmp"]


def test_another_file_that_is_there_is_not_touched(moving: Moving, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "one.txt").write_text("another")
    result = moving.run("never", cwd=tmp_path, files=FILES)
    assert result.status == 42
    assert "one.txt: another file of that name is in" in result.stdout
    assert "to do: remove or rename that file there" in result.stdout
    assert (tmp_path / "one.txt").read_text() == "another"
    assert list((tmp_path / "sub").iterdir()) == []


def test_a_file_outside_of_the_folder(moving: Moving, tmp_path: Path) -> None:
    result = moving.run("never", cwd=tmp_path / "tmp", files=[["../one.txt", 0o600, "one"]])
    assert result.status == 42
    assert "../one.txt: it would be outside of the working folder" in result.stdout
    assert not (tmp_path / "one.txt").exists()


def test_files_are_removed_when_the_load_fails(moving: Moving, tmp_path: Path) -> None:
    result = moving.run("never", cwd=tmp_path, files=FILES)
    assert result.stdout.startswith("HandoffError: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tmp"]


def test_files_are_removed_after_an_abort(moving: Moving, tmp_path: Path) -> None:
    result = moving.run("slow_load", 0, cwd=tmp_path, files=FILES, steps="start prepare")
    assert result.stdout == "aborted\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tmp"]


def test_files_are_removed_when_the_relay_is_killed(moving: Moving) -> None:
    process = moving.start("lines", manifest={"here": "/no/such/folder"}, files=FILES)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"one\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"got one\n"
    assert list(moving.temporary.iterdir())
    process.kill()
    process.wait()
