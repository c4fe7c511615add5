"""All that cannot move is listed at once, each with its path.

refused: CannotMove, naming socket, pipe, child
['child', 'connection', 'pipe']
moved
"""

import os
import socket
import subprocess

from refusing import moves, refused


def main():
    connection = socket.socket()
    out, into = os.pipe()
    pipe = open(out)
    child = subprocess.Popen(["sleep", "60"])
    try:
        error = refused("CannotMove", "socket", "pipe", "child")
        names = ("connection", "pipe", "child")
        print(sorted({name for item in error.items for name in names if name in item.path}))
    finally:
        child.kill()
        child.wait()
        pipe.close()
        os.close(into)
        connection.close()


main()
moves()
