"""Objects of built-in types that are held: iterators, views, ranges, compiled patterns, dates.

{'list': [2, 3, 4], 'dict': ['a', 'b'], 'items': [('a', 1), ('b', 2)], 'str': ['a', 'b', 'c'], 'range': [0, 1, 2], 'enumerate': [(1, 'y'), (2, 'z')], 'zip': [('a', 1), ('b', 2)], 'map': ['7', '8'], 'reversed': [3, 2, 1], 'bytes': [1, 2], 'set': [5]}
"""

import array
import datetime
import decimal
import fractions
import functools
import io
import operator
import pathlib
import random
import re
import struct
import types
import uuid

from point import here

numbers = [1, 2, 3]
iterators = {
    "list": iter(numbers),
    "dict": iter({"a": 1, "b": 2}),
    "items": iter({"a": 1, "b": 2}.items()),
    "str": iter("abc"),
    "range": iter(range(3)),
    "enumerate": enumerate("xyz"),
    "zip": zip("ab", [1, 2]),
    "map": map(str, [7, 8]),
    "reversed": reversed(numbers),
    "bytes": iter(b"\x01\x02"),
    "set": iter({5}),
}
next(iterators["list"])
next(iterators["enumerate"])
table = {"k": 1}
views = table.keys(), table.values(), table.items()
pattern = re.compile(r"(\d+)-(?P<word>\w+)", re.I)
text, data = io.StringIO("some text"), io.BytesIO(b"some data")
text.read(5)
data.seek(2)
generator = random.Random(5)
generator.random()
proxy = types.MappingProxyType(table)
values = [
    datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone.utc),
    datetime.timedelta(days=1),
    decimal.Decimal("1.10"),
    fractions.Fraction(1, 3),
    pathlib.PurePosixPath("/a/b"),
    uuid.UUID(int=5),
    array.array("d", [1.5]),
    bytearray(b"mutable"),
    range(0, 10, 3),
    slice(1, None, 2),
    complex(1, -1),
    float("inf"),
    frozenset([1]),
    2**200,
    list[int],
    int | None,
]
getters = operator.itemgetter(1, 2), operator.attrgetter("real"), operator.methodcaller("upper")
partial = functools.partial(int, base=2)
namespace = types.SimpleNamespace(a=1, table=table)
packer = struct.Struct("<I")
before = [repr(value) for value in values]
expected = generator.getstate()

here()
assert [repr(value) for value in values] == before
assert generator.getstate() == expected
table["l"] = 2
assert [list(view) for view in views] == [["k", "l"], [1, 2], [("k", 1), ("l", 2)]]
assert proxy["l"] == 2 and namespace.table is table
assert pattern.fullmatch("12-AB")["word"] == "AB"
assert text.read() == "text" and data.read() == b"me data"
assert getters[0]("abc") == ("b", "c") and getters[1](5) == 5 and getters[2]("a") == "A"
assert partial("101") == 5 and packer.pack(1) == b"\x01\x00\x00\x00"
here()
numbers.append(4)
print({name: list(iterator) for name, iterator in iterators.items()})
