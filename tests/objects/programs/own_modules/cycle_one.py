"""One of two modules that import each other."""

import cycle_two as other


def name():
    return "one"
