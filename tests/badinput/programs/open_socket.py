"""Sockets, found through an attribute of an instance and a closure.

refused: CannotMove, naming client, connection, socket
refused: CannotMove, naming read, socket
moved
"""

import socket

from refusing import moves, refused


class Client:
    def __init__(self, connection):
        self.connection = connection


def reader(connection):
    return lambda: connection.recv(1)


left, right = socket.socketpair()


def main(left, right):
    client = Client(left)
    refused("CannotMove", "client", "connection", "socket")
    del client.connection
    read = reader(right)
    refused("CannotMove", "read", "socket")


both = [left, right]
del left, right
main(*[both.pop() for _ in range(2)])
moves()
