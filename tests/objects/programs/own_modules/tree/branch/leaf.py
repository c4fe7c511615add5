"""A module in a package in a package."""

import dataclasses

kept = []


@dataclasses.dataclass
class Leaf:
    height: int


def above():
    import tree

    return tree
