from . import NAME

limit = 4


def named():
    return NAME, limit
