"""What a suspended generator, a default argument and a class attribute hold is named too.

refused: CannotMove, naming waiting, held
refused: CannotMove, naming function, socket
refused: CannotMove, naming Holder, socket
moved
"""

import socket

from refusing import moves, refused


def wait():
    held = socket.socket()
    with held:
        yield


def main():
    waiting = wait()
    next(waiting)
    refused("CannotMove", "waiting", "held")
    waiting.close()

    def function(connection=socket.socket()):
        return connection

    refused("CannotMove", "function", "socket")
    function.__defaults__[0].close()
    function.__defaults__ = ()

    class Holder:
        connection = socket.socket()

    refused("CannotMove", "Holder", "socket")
    Holder.connection.close()
    del Holder.connection


main()
moves()
