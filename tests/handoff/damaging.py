"""A link that damages what goes to a command: `shell("python", "damaging.py", DAMAGE, "sh", "-c")`.

It lets the stage and the manifest through, and damages the image.
"""

import os
import subprocess
import sys

TYPES = {"I": 0x49, "J": 0x4A}


def take(count):
    data = b""
    while len(data) < count:
        got = os.read(0, count - len(data))
        if not got:
            os._exit(0)
        data += got
    return data


def give(data):
    view = memoryview(data)
    while view:
        view = view[os.write(down, view) :]


def frame():
    head = take(5)
    return head[0], take(int.from_bytes(head[1:], "big"))


def encode(kind, payload, length=None):
    length = len(payload) if length is None else length
    return bytes((kind,)) + length.to_bytes(4, "big") + payload


damage = sys.argv[1]
shell = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE)
down = shell.stdin.fileno()
try:
    size = take(4)
    give(size + take(int.from_bytes(size, "big")))
    give(encode(*frame()))
    image = b""
    while (part := frame())[0] == TYPES["I"]:
        image += part[1]
    start = 4 + int.from_bytes(image[:4], "big")
    if damage == "truncated":
        give(encode(TYPES["I"], image[: len(image) // 2], len(image)))
        os.close(down)
    elif damage == "ended_early":
        give(encode(TYPES["I"], image[: len(image) // 2]) + encode(TYPES["J"], b""))
    elif damage == "four_gigabytes":
        give(encode(TYPES["I"], image, 0xFFFFFFFF))
    elif damage == "another_type":
        give(encode(0x99, image))
    elif damage == "out_of_turn":
        give(encode(0x43, image))
    elif damage == "endless_head":
        give(encode(TYPES["I"], b"\xff\xff\xff\xff" + image[4:]) + encode(TYPES["J"], b""))
    elif damage == "zeros":
        zeros = image[:start] + bytes(len(image) - start)
        give(encode(TYPES["I"], zeros) + encode(TYPES["J"], b""))
    else:
        opcode = {"long_bytes": b"\x8e", "long_bytearray": b"\x96", "long_frame": b"\x95"}[damage]
        claim = image[:start] + b"\x80\x05" + opcode + (10 << 30).to_bytes(8, "little")
        give(encode(TYPES["I"], claim + image[len(claim) :]) + encode(TYPES["J"], b""))
    while True:  # the program here finds out by what comes up
        give(take(1))
except BrokenPipeError:
    os._exit(0)
