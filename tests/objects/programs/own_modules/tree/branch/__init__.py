"""A package in a package."""

from .leaf import Leaf, kept

root = Leaf(0)
kept.append(root)


def grow(height):
    new = Leaf(root.height + height)
    kept.append(new)
    return new
