import socket

unused = socket.socket()  # cannot move, and no code that moves names it
factor = 3


def triple(x):
    return helper(x) * factor


def helper(x):
    return x


class Base:
    def method(self):
        return triple(self.x)
