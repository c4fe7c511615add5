"""Files over memory and over objects of the program's own: what is pending is written once, in its time.

asked: 0
[b'one', b'\\xff\\xfeA\\x00', b'two\\r\\n', b'three']
"""

import gzip
import io
import sys

from point import here

asked = 0


class Raw(io.RawIOBase):
    """Notes what is written; its methods are not asked by a move."""

    def __init__(self, data=b"", seeks=False):
        self.written = []
        self.data = data
        self.at = 0
        self.seeks = seeks

    def readable(self):
        global asked
        asked += 1
        return True

    writable = readable

    def seekable(self):
        global asked
        asked += 1
        return self.seeks

    def tell(self):
        global asked
        asked += 1
        return self.at

    def seek(self, offset, whence=0):
        self.at = offset + (self.at if whence == 1 else len(self.data) if whence == 2 else 0)
        return self.at

    def write(self, data):
        self.written.append(bytes(data))
        return len(data)

    def readinto(self, buffer):
        part = self.data[self.at : self.at + min(20, len(buffer))]
        self.at += len(part)
        buffer[: len(part)] = part
        return len(part)


class Slow(io.RawIOBase):
    """Reached from its own text file: a cycle through what the file is made with."""

    def __init__(self):
        self.got = []
        self.text = io.TextIOWrapper(self, "utf-8")

    def writable(self):
        return True

    def write(self, data):
        self.got.append(bytes(data))
        return len(data)


TEXT = "".join(f"line {number} é\n" for number in range(50))

plain = []
bare = io.BufferedIOBase()
bare.writable = lambda: True
bare.write = plain.append
bare_text = io.TextIOWrapper(bare, "utf-8")
bare_text.write("x")
slow = Slow()
slow.text.write("slow é")

raw = Raw()
buffered = io.BufferedWriter(raw)
buffered.write(b"one")

memory = io.BytesIO()
text = io.TextIOWrapper(memory, "utf-16", newline="\r\n")
text.write("a\nb")
text.flush()
text.write("c\n")

marked_raw = Raw(seeks=True)
marked = io.TextIOWrapper(marked_raw, "utf-16")
marked.write("A")
signed = io.TextIOWrapper(io.BytesIO(), "utf-8-sig")
signed.write("s")
japanese = io.TextIOWrapper(io.BytesIO(), "iso2022_jp")
japanese.write("日本")
lines = io.TextIOWrapper(Raw(), "utf-8", line_buffering=True, newline="\r\n")
lines.write("two\nthr")
through = io.TextIOWrapper(Raw(), "utf-8", write_through=True)
through.write("now")
chunked = io.TextIOWrapper(Raw(), "ascii", errors="xmlcharrefreplace")
chunked._CHUNK_SIZE = 100
chunked.write("é" * 3)

reader = io.BufferedReader(Raw(bytes(range(100))), 16)
reader.read(5)
over_memory = io.BufferedReader(io.BytesIO(bytes(range(100))))
over_memory.read(10)
both = io.BufferedRandom(io.BytesIO(b"0123456789" * 3), 8)
both.read(3)
both.write(b"XX")

texts = [
    io.TextIOWrapper(io.BytesIO(TEXT.encode()), "utf-8"),
    io.TextIOWrapper(io.BytesIO(TEXT.encode("utf-16")), "utf-16"),
    io.TextIOWrapper(io.BytesIO(TEXT.replace("\n", "\r\n").encode()), "utf-8"),
    io.TextIOWrapper(io.BytesIO(TEXT.replace("\n", "\r\n").encode()), "utf-8", newline=""),
    io.TextIOWrapper(io.BufferedReader(Raw(TEXT.encode())), "utf-8"),
    io.TextIOWrapper(io.BufferedReader(Raw(TEXT.encode(), seeks=True)), "utf-8"),
]
looping = [
    io.TextIOWrapper(io.BytesIO(TEXT.encode()), "utf-8"),
    io.TextIOWrapper(io.BufferedReader(Raw(TEXT.encode(), seeks=True)), "utf-8"),
    io.TextIOWrapper(io.BufferedReader(Raw(TEXT.replace("\n", "\r\n").encode())), "utf-8"),
]
detached = io.TextIOWrapper(io.BytesIO())
detached.detach()
closed = io.TextIOWrapper(io.BytesIO())
closed.close()
closed_memory = io.BytesIO()
closed_memory.close()
closed_text = io.StringIO()
closed_text.close()

want = TEXT.splitlines(True)
for file in looping:
    assert next(file) == want[0]
for number, line in enumerate(want[:4]):
    asked = 0
    here()
    if not number:
        print("asked:", asked)
    for file in texts:
        got = file.readline().replace("\r\n", "\n")
        assert got == line, (file, got)
        file.newlines, file.read(0)
        if file.seekable():
            place = file.tell()
            file.read(3)
            file.seek(place)
for file in looping:
    here()
    assert next(file) == want[1]
    assert "".join(file) == "".join(want[2:]), file
assert texts[2].newlines == "\r\n" and texts[3].newlines == "\r\n" and texts[0].newlines == "\n"
for file in texts:
    assert file.read().replace("\r\n", "\n") == "".join(want[4:]), file

here()
assert reader.tell() == 5 and reader.peek()[0] == 5 and reader.raw.at == 16
assert reader.read() == bytes(range(5, 100))
assert over_memory.raw.tell() == 100 and over_memory.read() == bytes(range(10, 100))
assert both.raw.getvalue() == b"0123456789" * 3 and both.tell() == 5
here()
assert both.read(3) == b"567"
both.flush()
assert both.raw.getvalue() == b"012XX56789" + b"0123456789" * 2

assert plain == [] and slow.got == [] and raw.written == [] and marked_raw.written == []
assert memory.getvalue().decode("utf-16") == "a\r\nb"
here()
bare_text.detach()
assert plain == [b"x"]
here()
try:
    bare_text.write("x")
except ValueError as problem:
    assert "detached" in str(problem)
slow.text.flush()
assert slow.got == ["slow é".encode()] and slow.text.buffer is slow
buffered.flush()
text.write("d")
text.flush()
assert memory.getvalue() == "a\r\nbc\r\nd".encode("utf-16")
marked.flush()
marked.write("B")
here()
marked.flush()
assert b"".join(marked_raw.written) == "AB".encode("utf-16")
signed.write("t")
signed.flush()
assert signed.buffer.getvalue() == "st".encode("utf-8-sig")
japanese.write("語")
here()
japanese.flush()
assert japanese.buffer.getvalue().decode("iso2022_jp") == "日本語"
japanese.write("a")
japanese.flush()
assert japanese.buffer.getvalue().decode("iso2022_jp") == "日本語a"
lines.write("ee")
lines.flush()
assert lines.buffer.written == [b"two\r\nthr", b"ee"], lines.buffer.written
through.write("!")
assert through.buffer.written == [b"now", b"!"]
assert chunked._CHUNK_SIZE == 100 and not chunked.buffer.written
chunked.flush()
assert chunked.buffer.written == [b"&#233;" * 3], chunked.buffer.written
for number, file in enumerate((detached, closed, closed_memory, closed_text)):
    try:
        file.read()
        raise AssertionError(number)
    except ValueError as problem:
        assert ("detached" if not number else "closed") in str(problem)
with gzip.open(io.BytesIO(gzip.compress(TEXT.encode())), "rt", encoding="utf-8") as packed:
    assert packed.read() == TEXT
print([*raw.written, marked_raw.written[0], b"two\r\n", b"three"])
sys.stdout.flush()
