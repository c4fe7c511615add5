"""Where itertools keep what they hold.

Up to 3.13 most of them pickle, but not all of them well: the groups of a `groupby` lose the one they are
at, a `count` at its largest C integer fails, empty combinations start again, and each warns from 3.12
on. From 3.14 none does. The fields are the same on all versions, so they are read on all of them.

Each row is a C struct of Modules/itertoolsmodule.c (the last ones name their file), its fields
in order, each a machine word, behind the object head. Where versions differ there are two rows, and
the one whose size is the type's is taken; where none is, the type is refused rather than misread.
"""

from __future__ import annotations

from sys import byteorder

from pyteleport.capture.core import array_words, field_object, field_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HEAD = object.__basicsize__
WORD = 8

STRUCTS: dict[str, tuple[tuple[str, ...], ...]] = {
    # accumulateobject
    "accumulate": (
        ("total", "it", "binop", "initial", "state"),
        ("total", "it", "binop", "initial"),
    ),
    # batchedobject: `strict` (a bool) is new in 3.13
    "batched": (("it", "batch_size"), ("it", "batch_size", "strict")),
    # chainobject: `source` has the iterables, `active` is the one now asked
    "chain": (("source", "active"),),
    # combinationsobject, cwrobject: `indices` of `result` in `pool`
    "combinations": (("pool", "indices", "result", "r", "stopped"),),
    "combinations_with_replacement": (("pool", "indices", "result", "r", "stopped"),),
    # compressobject
    "compress": (("data", "selectors"),),
    # countobject: `cnt` alone up to its maximum, from there on the two objects
    "count": (("cnt", "long_cnt", "long_step"),),
    # cycleobject: `it` is NULL from the second pass on; with `firstpass` it was made by __setstate__
    "cycle": (("it", "saved", "index"), ("it", "saved", "index", "firstpass")),
    # dropwhileobject: `start` is 1 once it drops no more
    "dropwhile": (("func", "it", "start"),),
    # filterfalseobject
    "filterfalse": (("func", "it"),),
    # groupbyobject: `currgrouper` is a bare address
    "groupby": (
        ("it", "keyfunc", "tgtkey", "currkey", "currvalue", "currgrouper", "state"),
        ("it", "keyfunc", "tgtkey", "currkey", "currvalue", "currgrouper"),
    ),
    # _grouperobject
    "_grouper": (("parent", "tgtkey"),),
    # isliceobject
    "islice": (("it", "next", "stop", "step", "cnt"),),
    # pairwiseobject: `result` is new in 3.13
    "pairwise": (("it", "old"), ("it", "old", "result")),
    # permutationsobject
    "permutations": (("pool", "indices", "cycles", "result", "r", "stopped"),),
    # productobject
    "product": (("pools", "indices", "result", "stopped"),),
    # repeatobject
    "repeat": (("element", "cnt"),),
    # starmapobject
    "starmap": (("func", "it"),),
    # takewhileobject: `stop` is 1 once it has ended
    "takewhile": (("func", "it", "stop"),),
    # teedataobject: `numread` is an int beside another; 57 values (LINKCELLS) follow
    "_tee_dataobject": (("it", "numread", "nextlink", *[f"value{n}" for n in range(57)]),),
    # teeobject: `index` of the next value in `dataobj`
    "_tee": (("dataobj", "index", "weakreflist", "state"), ("dataobj", "index", "weakreflist")),
    # ziplongestobject: `ittuple` has NULLs in it
    "zip_longest": (("tuplesize", "numactive", "ittuple", "result", "fillvalue"),),
    # ElementIterObject of Modules/_elementtree.c: `gettext` is an int
    "_element_iterator": (
        (
            "parent_stack",
            "parent_stack_used",
            "parent_stack_size",
            "root_element",
            "sought_tag",
            "gettext",
        ),
    ),
    # PyAsyncGenAThrow of Objects/genobject.c: args is NULL, or typ, for aclose(); state is an int
    "async_generator_athrow": (
        ("gen", "args", "state"),
        ("gen", "typ", "tb", "val", "state"),
    ),
    # PyContextToken of Include/internal/pycore_context.h: `used` is an int
    "Token": (("ctx", "var", "oldval", "used"),),
    # memoryiterobject of Objects/memoryobject.c
    "memory_iterator": (("it_index", "it_seq", "it_length", "it_fmt"),),
}


def fields_of(kind: type) -> tuple[str, ...] | None:
    """The fields of a type, None where its size is none of the known ones."""
    for names in STRUCTS[kind.__name__]:
        if kind.__basicsize__ == HEAD + WORD * len(names):
            return names
    return None


class Fields:
    """The fields of one iterator, by name.

    Raises:
        TypeError: the type has another size than the structs known here.
    """

    __slots__ = ("names", "owner")

    def __init__(self, owner: Any, kind: type) -> None:
        names = fields_of(kind)
        if names is None:
            raise TypeError(f"the fields of {kind.__name__} are not known on this Python")
        self.names = names
        self.owner = owner

    def offset(self, name: str) -> int:
        return HEAD + WORD * self.names.index(name)

    def object(self, name: str, missing: Any = None) -> Any:
        offset = self.offset(name)
        return field_object(self.owner, offset) if field_word(self.owner, offset) else missing

    def has(self, name: str) -> bool:
        return name in self.names and field_word(self.owner, self.offset(name)) != 0

    def word(self, name: str) -> int:
        return field_word(self.owner, self.offset(name))

    def half(self, name: str) -> int:
        """A C int, which fills half a word."""
        word = self.word(name)
        return word & 0xFFFFFFFF if byteorder == "little" else word >> 32 & 0xFFFFFFFF

    def flag(self, name: str) -> bool:
        """A C bool, which fills the first byte of a word."""
        word = self.word(name)
        return bool(word & 0xFF if byteorder == "little" else word >> 56 & 0xFF)

    def array(self, name: str, count: int) -> list[int]:
        return array_words(self.owner, self.offset(name), count) if count else []


def items_with_nulls(held: tuple[Any, ...], count: int) -> list[Any]:
    """The items of a tuple in the making, None where it holds NULL: it is not to be iterated."""
    start = tuple.__basicsize__
    return [field_object(held, start + WORD * position) for position in range(count)]
