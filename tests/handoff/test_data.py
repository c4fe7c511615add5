"""Amounts: large images, large inputs and outputs, and ends that do not read."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
import zlib
from pathlib import Path

import pytest
from handoff.moving import Moving, read_until


def test_ten_megabytes_both_ways(moving: Moving) -> None:
    data = os.urandom(1 << 20) * 10
    done = subprocess.run(
        moving.command("echo"), input=data, capture_output=True, env=moving.environment()
    )
    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(data).digest()
    assert (done.stderr, done.returncode) == (b"", 0)


def test_from_a_file(moving: Moving, tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    (tmp_path / "data").write_bytes(data)
    with (tmp_path / "data").open("rb") as file:
        done = subprocess.run(
            moving.command("checksum"), stdin=file, capture_output=True, env=moving.environment()
        )
    assert done.stdout == f"{len(data)} {zlib.crc32(data)}\n".encode()


@pytest.mark.parametrize("megabytes", [1, 40])
def test_large_images(moving: Moving, megabytes: int) -> None:
    result = moving.run("ballast", ballast=megabytes)
    assert result.stdout == f"checked {megabytes << 20}\n"


def test_stdin_that_the_program_does_not_read_stays_here(moving: Moving, tmp_path: Path) -> None:
    size = 8 << 20
    (tmp_path / "data").write_bytes(bytes(size))
    with (tmp_path / "data").open("rb") as file:
        done = subprocess.run(
            moving.command("nothing"), stdin=file, capture_output=True, env=moving.environment()
        )
        left = size - os.lseek(file.fileno(), 0, os.SEEK_CUR)
    assert done.returncode == 0
    assert left >= size - (1 << 20)


def test_a_writer_whose_bytes_nobody_takes_waits(moving: Moving) -> None:
    process = moving.start("interrupted")
    read_until(process.stdout, b"ready\n")
    assert process.stdin is not None
    os.set_blocking(process.stdin.fileno(), False)
    taken = 0
    quiet = time.monotonic()
    while time.monotonic() - quiet < 0.5:
        try:
            taken += os.write(process.stdin.fileno(), bytes(65536))
            quiet = time.monotonic()
        except BlockingIOError:
            time.sleep(0.01)
    assert taken < 1 << 20
    process.terminate()
    process.wait(10)


def test_an_output_nobody_reads_does_not_stop_the_other(moving: Moving) -> None:
    process = moving.start("flood", 2)
    time.sleep(0.5)
    assert process.poll() is None
    assert process.stdout is not None
    assert process.stderr is not None
    got = 0
    while data := os.read(process.stdout.fileno(), 65536):
        got += len(data)
    assert got == 2 << 20
    assert process.stderr.read() == b"written\n"
    assert process.wait(10) == 0


def test_the_relay_stays_small_behind_a_slow_reader(moving: Moving) -> None:
    process = moving.start("flood", 50)
    time.sleep(1)
    status = Path(f"/proc/{process.pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    assert int(resident.split()[1]) < 16 << 10
    process.kill()
    process.wait()
