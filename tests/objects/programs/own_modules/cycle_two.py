"""The other of two modules that import each other."""

import cycle_one as other


def name():
    return "two sees " + other.name()
