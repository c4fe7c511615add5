"""Stands in for `pyteleport.service`: answers each request with its bytes reversed."""

import os


def read(count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = os.read(0, count - len(data))
        if not part:
            raise SystemExit
        data += part
    return data


while True:
    payload = read(int.from_bytes(read(4), "big"))
    if payload == b"die":
        raise SystemExit
    reply = payload[::-1]
    data = len(reply).to_bytes(4, "big") + reply
    while data:
        data = data[os.write(1, data) :]
