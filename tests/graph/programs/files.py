"""Open files, moved by way of a pickle to another process.

files.py dump FOLDER      opens files in FOLDER, writes FOLDER/image; then goes on with them here
files.py load FOLDER      goes on with what is in FOLDER/image; prints the same
"""

import io
import os
import sys
from _pickle import Unpickler

TEXT = "".join(f"line {number} é€😀\n" for number in range(2000))


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def iterating(name, lines, **options):
    """A text file in the middle of a `for` loop: its `tell()` is disabled."""
    file = open(name, **options)
    for number, _ in enumerate(file):
        if number == lines:
            break
    return file


def make():
    write("plain.txt", TEXT.encode())
    write("windows.txt", TEXT.replace("\n", "\r\n").encode())
    write("mixed.txt", b"a\nb\r\nc\rd\n" * 3000)
    write("wide.txt", TEXT.encode("utf-16"))
    write("signed.txt", TEXT.encode("utf-8-sig"))
    write("latin.txt", "é\n".encode("latin-1") * 5000)
    write("broken.txt", b"ab\xff\xfe\n" * 3000)
    write("bytes.bin", bytes(range(256)) * 10)
    write("append.txt", b"first\n")
    write("change.txt", b"0123456789" * 10)
    files = {
        "begun": open("plain.txt", encoding="utf-8"),
        "lines": iterating("plain.txt", 700, encoding="utf-8"),
        "first": iterating("plain.txt", 0, encoding="utf-8"),
        "last": iterating("plain.txt", 1999, encoding="utf-8"),
        "windows": iterating("windows.txt", 700, encoding="utf-8"),
        "windows kept": iterating("windows.txt", 700, encoding="utf-8", newline=""),
        "mixed": iterating("mixed.txt", 500, encoding="utf-8"),
        "wide": iterating("wide.txt", 700, encoding="utf-16"),
        "signed": iterating("signed.txt", 3, encoding="utf-8-sig"),
        "latin": iterating("latin.txt", 4000, encoding="latin-1"),
        "broken": iterating("broken.txt", 1500, encoding="utf-8", errors="replace"),
        "escaped": iterating("broken.txt", 1500, encoding="utf-8", errors="surrogateescape"),
        "binary": open("bytes.bin", "rb"),
        "raw": open("bytes.bin", "rb", buffering=0),
        "written": open("written.txt", "w", encoding="utf-8", newline="\r\n"),
        "new": open("new.bin", "xb"),
        "append": open("append.txt", "a", encoding="utf-8"),
        "change": open("change.txt", "r+b"),
        "change text": open("change.txt", "r+", encoding="ascii"),
        "both": open("both.txt", "w+", encoding="utf-8"),
        "text in memory": io.StringIO("a\nb\nc\n", newline=None),
        "bytes in memory": io.BytesIO(b"abcdef"),
        "null": open(os.devnull, "w", encoding="utf-8"),
        "closed": open("plain.txt", encoding="utf-8"),
        "closed bytes": open("bytes.bin", "rb"),
        "stdout": sys.stdout,
        "stdout.buffer": sys.stdout.buffer,
        "stdin.buffer.raw": sys.stdin.buffer.raw,
    }
    files["begun"].read(1000)
    files["binary"].read(300)
    files["raw"].read(17)
    files["written"].write("é one\n")
    files["new"].write(b"new")
    files["append"].write("second\n")
    files["change"].seek(20)
    files["change text"].read(3)
    files["both"].write("hello")
    files["both"].seek(2)
    files["text in memory"].readline()
    files["bytes in memory"].seek(2)
    files["closed"].close()
    files["closed bytes"].close()
    files["layers"] = (files["begun"], files["begun"].buffer, files["begun"].buffer.raw)
    return files


def go_on(files):
    for name in ("begun", "lines", "first", "windows", "windows kept", "mixed", "wide", "signed",
                 "latin", "broken", "escaped"):  # fmt: skip
        file = files[name]
        print(name, ascii(next(file)), ascii(file.readline()), file.mode, file.newlines)
        print(len(file.read()), file.encoding, file.errors, os.path.basename(file.name))
    print("last", ascii(files["last"].read()))
    print("binary", files["binary"].read(3), files["binary"].tell(), files["binary"].mode)
    print("raw", files["raw"].read(3), files["raw"].tell(), files["raw"].mode)
    files["written"].write("two\n")
    print("written", files["written"].tell(), files["written"].mode)
    files["new"].write(b"er")
    print("new", files["new"].mode, files["new"].tell())
    files["append"].write("third\n")
    print("append", files["append"].mode)
    files["change"].write(b"XX")
    print("change", files["change"].tell(), files["change"].mode)
    print("change text", files["change text"].read(4))
    print("both", files["both"].read(), files["both"].mode)
    print("text in memory", [*files["text in memory"]], files["text in memory"].getvalue())
    print("bytes in memory", files["bytes in memory"].read(2), files["bytes in memory"].getvalue())
    print("null", files["null"].write("gone"), files["null"].name)
    print("closed", files["closed"].closed, files["closed"].mode, files["closed bytes"].closed)
    begun, buffer, raw = files["layers"]
    print("layers", begun is files["begun"], begun.buffer is buffer, buffer.raw is raw)
    print("streams", files["stdout"] is sys.stdout, files["stdout.buffer"] is sys.stdout.buffer)
    print(files["stdin.buffer.raw"] is sys.stdin.buffer.raw)
    for name, file in files.items():
        if isinstance(file, io.IOBase) and not name.startswith("std"):
            file.close()
    for name in ("written.txt", "new.bin", "append.txt", "change.txt", "both.txt"):
        with open(name, "rb") as file:
            print(name, file.read())


def main():
    how, folder = sys.argv[1:]
    os.chdir(folder)
    if how == "dump":
        from pyteleport.graph import image
        from pyteleport.graph.dumper import Dumper

        files = make()
        image.install_all()
        dumper = Dumper(set())
        dumper.dump(files)
        with open("image", "wb") as file:
            file.writelines(dumper.take())
        for name in os.listdir():  # so that both go on with the same
            if name != "image":
                with open(name, "rb") as file:
                    write(f"{name}.kept", file.read())
    else:
        for name in os.listdir():
            if name.endswith(".kept"):
                os.replace(name, name.removesuffix(".kept"))
        with open("image", "rb") as file:
            files = Unpickler(file).load()
    go_on(files)


main()
