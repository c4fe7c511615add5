"""A module with state."""

from point import here

count = 0
items = []
_private = object()


def increase():
    global count
    count += 1
    items.append(count)
    return count


def read_extra():
    return extra


class Guard:
    def __enter__(self):
        increase()
        return self

    def __exit__(self, *details):
        items.append("exit")


def same_private(other):
    here()
    return other is _private
