"""Requests home, and moving on: over one hop and over two."""

from __future__ import annotations

import json
import os
import signal

from handoff.moving import Moving, parent, read_until


def test_request(moving: Moving) -> None:
    result = moving.run("ask_text", "question one", "two", service=True)
    assert (result.stdout, result.stderr) == ("12 b'eno noitseuq'\n3 b'owt'\n", "")


def test_long_request(moving: Moving) -> None:
    result = moving.run("ask_long", "abc", 300_000, service=True)
    assert result.stdout.startswith("900000 b'cbacba")


def test_the_service_dies(moving: Moving) -> None:
    result = moving.run("ask_text", "die", "next", service=True)
    assert "nothing at home answers requests" in result.stdout.splitlines()[0]
    assert result.stdout.splitlines()[1] == "4 b'txen'"


def hop(program: str, *arguments: object, times: int) -> dict[str, object]:
    options: dict[str, object] = {"program": program, "arguments": list(arguments)}
    for _ in range(times - 1):
        options = {"program": "hop", "arguments": [json.dumps(options)]}
    return options


def test_moving_on(moving: Moving) -> None:
    options = hop("echo", times=3)
    result = moving.run(str(options["program"]), *options["arguments"], stdin=b"text")  # type: ignore[misc]
    assert (result.stdout, result.stderr, result.status) == ("text", "", 0)


def test_request_over_two_hops(moving: Moving) -> None:
    options = hop("ask_text", "question", times=2)
    result = moving.run(str(options["program"]), *options["arguments"], service=True)  # type: ignore[misc]
    assert (result.stdout, result.stderr) == ("8 b'noitseuq'\n", "")


def test_exit_status_and_signal_over_two_hops(moving: Moving) -> None:
    options = hop("catching", signal.SIGTERM, times=2)
    process = moving.start(str(options["program"]), *options["arguments"])  # type: ignore[misc]
    read_until(process.stdout, b"ready\n")
    process.terminate()
    assert process.wait(10) == 5


def test_relay_killed_two_hops_away(moving: Moving) -> None:
    options = hop("interrupted", times=2)
    process = moving.start(str(options["program"]), *options["arguments"])  # type: ignore[misc]
    read_until(process.stdout, b"ready\n")
    process.kill()
    process.wait()


def test_first_supervisor_killed(moving: Moving) -> None:
    options = hop("interrupted", times=2)
    process = moving.start(str(options["program"]), *options["arguments"])  # type: ignore[misc]
    read_until(process.stdout, b"ready\n")
    children = [
        pid for pid in moving.processes() if pid != process.pid and parent(pid) == process.pid
    ]
    os.kill(children[0], signal.SIGKILL)
    assert process.wait(10) == 255
