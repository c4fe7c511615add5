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


def main():
    client = Client(socket.socket())
    refused("CannotMove", "client", "connection", "socket")
    client.connection.close()
    del client
    read = reader(socket.socket())
    refused("CannotMove", "read", "socket")
    read.__closure__[0].cell_contents.close()


main()
moves()
