"""Modules beside the program, a package with relative imports, a cycle, and import *.

1 True public []
turn 0 (4, 'resumed') 0 2
turn 1 (7, 'resumed') 1 3
True True resumed
"""

import sys

import counting
import cycle_one
import tree
import tree.branch.leaf as leaf
from counting import increase, items
from point import here
from starred import *
from tree.branch import grow


def uses_counting():
    with counting.Guard():
        return counting.increase(), here()


increase()
print(counting.count, items is counting.items, public, sorted(n for n in globals() if "hid" in n))
for turn in range(2):
    here()
    assert increase is counting.increase and increase.__globals__ is counting.__dict__
    assert sys.modules["counting"] is counting and increase.__globals__ is vars(counting)
    assert counting.increase() == counting.count and items is counting.items
    assert cycle_one.other.other is cycle_one and cycle_one.other.name() == "two sees one"
    assert tree.branch.leaf is leaf and sys.modules["tree.branch.leaf"] is leaf
    assert (
        grow is tree.branch.grow and leaf.above() is tree and leaf.Leaf.__module__ == leaf.__name__
    )
    assert leaf.kept[0] is tree.branch.root and type(tree.branch.root) is leaf.Leaf
    assert tree.__path__ and tree.branch.__package__ == "tree.branch"
    assert public == "public" and "counting" in sys.modules and "late" not in sys.modules
    print("turn", turn, uses_counting(), grow(turn).height, len(leaf.kept))
counting.extra = here("set from outside")
assert counting.read_extra() == "set from outside"
# A module that is imported for the first time after the move.
import late

print(late.seen, late.counting is counting, here())
