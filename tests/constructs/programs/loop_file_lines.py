r"""for over the lines of a file, here a temporary one that is in place at the target too.

1 two é resumed
3 four resumed
b'one\n' resumed
4 b'two \xc3\xa9\n' resumed
b'three\nfour\n'
"""

import os
import tempfile

from point import here


def main(path):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % 2:
                print(number, line.rstrip(), here())
    with open(path, "rb") as lines:
        for line in lines:
            print(line, here())
            break
        print(lines.tell(), lines.readline(), here())
        print(lines.read())


handle, path = tempfile.mkstemp()
os.write(handle, "one\ntwo é\nthree\nfour\n".encode())
os.close(handle)
main(path)
os.remove(path)
