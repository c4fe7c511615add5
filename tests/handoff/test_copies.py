"""Several copies at once, and copies of a program that goes on here."""

from __future__ import annotations

from handoff.moving import Moving


def test_copies_give_whole_lines(moving: Moving) -> None:
    result = moving.run("both", 50, copies=3, stdin=b"not for them")
    assert sorted(result.stdout.splitlines()) == sorted([f"out {n}" for n in range(50)] * 3)
    assert sorted(result.stderr.splitlines()) == sorted([f"err {n}" for n in range(50)] * 3)
    assert result.status == 0


def test_copies_have_no_stdin(moving: Moving) -> None:
    result = moving.run("checksum", copies=2, stdin=b"not for them")
    assert result.stdout == "0 0\n0 0\n"


def test_status_of_copies(moving: Moving) -> None:
    assert moving.run("leave", 3, copies=2).status == 3


def test_detached(moving: Moving) -> None:
    result = moving.run("leave", 3, detach=True, stdin=b"ours")
    assert result.stdout.splitlines()[-1] == "copy ended with 3"
    assert sorted(result.stdout.splitlines()[:2]) == ["detached", "leaving"]
    assert (result.stderr, result.status) == ("", 0)
