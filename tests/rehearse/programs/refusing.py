"""Holds what cannot move, for two lines."""

import socket


def hold():
    held = socket.socket()
    number = 1
    held.close()
    return number


print(hold())
