"""900 frames of one function.

sum 404550
unwound 900
"""

from point import here


def descend(depth):
    if depth == 0:
        return here(0)
    return depth + descend(depth - 1)


def unwind(depth):
    try:
        if depth == 1:
            here()
            raise ValueError
        unwind(depth - 1)
    except ValueError:
        levels.append(depth)
        if depth == 450:
            here()
        raise


levels = []
print("sum", descend(899))
try:
    unwind(900)
except ValueError:
    print("unwound", len(levels))
