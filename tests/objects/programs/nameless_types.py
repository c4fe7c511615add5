"""Types that no name leads to, what can be reached but not imported, and the interpreter's own lists."""

import collections
import itertools
import sys
from sys import argv, modules, path

from point import here


async def coroutine(): ...


async def asynchronous():
    yield


def generator():
    yield


made = coroutine()
wrapper = made.__await__()
step = asynchronous().asend(None)
THINGS = {
    "bytes": lambda: iter(b""),
    "bytearray": lambda: iter(bytearray()),
    "str": lambda: iter(""),
    "str, not ascii": lambda: iter("é"),
    "callable": lambda: iter(int, 1),
    "memoryview": lambda: iter(memoryview(b"a")),
    "dict, reversed": lambda: reversed({}.items()),
    "odict": lambda: collections.OrderedDict().keys(),
    "odict iterator": lambda: iter(collections.OrderedDict()),
    "range": lambda: iter(range(1)),
    "long range": lambda: iter(range(1 << 70)),
    "group": lambda: itertools.groupby(""),
    "coroutine wrapper": lambda: wrapper,
    "asend": lambda: step,
    "flags": lambda: sys.flags,
    "alias iterator": lambda: iter(list[int]),
    "code lines": lambda: generator.__code__.co_lines(),
}
kinds = {name: type(make()) for name, make in THINGS.items()}
monitoring = getattr(sys, "monitoring", None)
use = getattr(monitoring, "use_tool_id", None)
here()
step.close()
for name, make in THINGS.items():
    assert kinds[name] is type(make()), name
assert argv is sys.argv and modules is sys.modules and path is sys.path
assert monitoring is getattr(sys, "monitoring", None)
assert use is getattr(monitoring, "use_tool_id", None) and modules["sys"] is sys
made.close()
