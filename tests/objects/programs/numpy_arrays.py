"""NumPy arrays of every kind, and views that share memory

moved 1
moved 2
"""

# uses: numpy

import numpy as np
from point import here


class Named(np.ndarray):
    """A subclass with an attribute of its own, and no hooks of pickle's."""

    def __array_finalize__(self, obj):
        self.name = getattr(obj, "name", "unnamed")


class Hooked(np.ndarray):
    def __reduce__(self):
        return hooked, (np.asarray(self).tolist(), "again")


def hooked(items, mark):
    made = np.array(items).view(Hooked)
    made.mark = mark
    return made


def facts(array):
    plain = np.asarray(array)
    flags = plain.flags
    return (
        type(array).__name__, plain.shape, plain.strides, plain.dtype, plain.tobytes() if
        not plain.dtype.hasobject else repr(plain.tolist()), flags.owndata, flags.writeable,
        flags.c_contiguous, flags.f_contiguous, flags.aligned,
    )  # fmt: skip


base = np.arange(24.0)
big = np.arange(100_000.0)
cube = np.arange(24).reshape(2, 3, 4)
fortran = np.asfortranarray(np.arange(12).reshape(3, 4))
permuted = np.arange(24).reshape(2, 3, 4).transpose(1, 0, 2).copy(order="K")
readonly = np.arange(5)
still_writeable = readonly[1:]
readonly.setflags(write=False)
big_readonly = np.ones(20_000)
big_readonly.setflags(write=False)
memory = bytearray(64)
over = np.frombuffer(memory, "i4")
over_too = np.ndarray((4,), "i8", memory, 8)
over_bytes = np.frombuffer(b"immutable bytes!", "u2")
records = np.zeros(3, [("when", "M8[s]"), ("x", "f4"), ("name", "U3")])
mixed = np.array([(1, [2]), (3, None)], [("a", "i4"), ("b", "O")])
objects = np.array([None, [1], {}, "x", 1.5, ()], dtype=object).reshape(2, 3)
objects[1, 2] = objects  # a cycle
object_row, object_column, object_turned = objects[1], objects[:, 1], objects.T
masked = np.ma.array(base, mask=base > 20, copy=False)
matrix = np.matrix([[1, 2], [3, 4]])
recarray = np.rec.array([(1, 2.0), (3, 4.0)], dtype=[("p", "i4"), ("q", "f8")])
named = base[3:9].view(Named)
named.name = "three to nine"
own = np.ones(3).view(Named)
hooks = hooked([0, 1, 2], "again")
unaligned = np.frombuffer(memory, "u1")[1:9].view("f8")
swapped = np.arange(3, dtype=">i4")
strings = np.array(["a", "bc"])
texts = np.array([b"a", b"bc"])
empty, scalar, nothing = np.empty((0, 3)), np.array(5.0), np.zeros(3, "S0")
longs = np.arange(3, dtype="g")
ALL = dict(
    base=base, big=big, cube=cube, fortran=fortran, permuted=permuted, readonly=readonly,
    still_writeable=still_writeable, big_readonly=big_readonly, over=over, over_too=over_too,
    over_bytes=over_bytes, records=records, mixed=mixed, masked=masked, matrix=matrix,
    recarray=recarray, named=named, own=own, unaligned=unaligned, swapped=swapped,
    strings=strings, texts=texts, empty=empty, scalar=scalar, nothing=nothing, longs=longs,
    big_view=big[10:50_000:3], backwards=base[::-1], column=cube[:, :, 1], turned=fortran.T,
    broadcast=np.broadcast_to(base[:3], (4, 3)), windows=np.lib.stride_tricks.sliding_window_view(base, 5),
    field=records["x"], real=(base[:4] + 1j).real, half=permuted[:, 1], of_empty=base[3:3],
    bits=base.view("i8"), block=cube[:, 1:, 2:], zero_dimensions=base[7:8].reshape(()),
    item=objects[0, :2], masked_view=masked[5:],
)  # fmt: skip
BEFORE = {name: facts(array) for name, array in ALL.items()}
BASES = {name: ALL[name].base is base for name in ("big_view", "backwards", "bits", "named")}
first, last = base[:1], base[-1:]


def check():
    for name, array in ALL.items():
        if facts(array) != BEFORE[name]:
            print(
                "differs", name, *(f"{a} {b}" for a, b in zip(facts(array), BEFORE[name]) if a != b)
            )
    for name, was in BASES.items():
        if (ALL[name].base is base) is not was:
            print("another base", name, type(ALL[name].base))
    assert not readonly.flags.writeable
    assert still_writeable.base is readonly
    assert np.shares_memory(over, over_too)
    assert np.shares_memory(objects, object_row) and np.shares_memory(objects, object_column)
    assert objects[1, 2] is objects and object_turned[2, 1] is objects
    assert object_row[2] is objects
    object_row[0], before = "changed", object_row[0]
    assert objects[1, 0] == object_turned[0, 1] == "changed"
    object_row[0] = before
    object_column[0], before = "changed", object_column[0]
    assert objects[0, 1] == "changed"
    object_column[0] = before
    memory[8] += 1
    assert over[2] == over_too[0] % 2**32 == memory[8]
    memory[8] -= 1
    for array in (masked, named, ALL["bits"].view("f8"), ALL["windows"], ALL["backwards"]):
        assert np.shares_memory(base, np.asarray(array))
    base[5] += 100
    assert masked[5] == named[2] == ALL["windows"][5, 0] == ALL["backwards"][-6] == base[5]
    assert ALL["masked_view"][0] == base[5]
    base[5] -= 100
    assert masked.mask.tolist() == (base > 20).tolist()
    assert np.shares_memory(masked._mask, ALL["masked_view"]._mask)
    assert (named.name, own.name, Named) == ("three to nine", "unnamed", type(named))
    big[10] += 1
    assert ALL["big_view"][0] == big[10]
    big[10] -= 1


def resizes(array):
    try:
        array.resize(array.size + 1, refcheck=False)
    except ValueError as problem:
        print(problem)
    array.resize(array.size - 1, refcheck=False)


constants = [
    np.ma.masked,
    np.nan,
    np.newaxis,
    np.bool_(True),
    np.float32(1.5),
    np.dtype("f4"),
    np.add,
]
lone = np.arange(10_000.0)
small = np.arange(5)
for number in (1, 2):
    here()
    check()
    resizes(lone)
    resizes(small)
    assert constants[0] is np.ma.masked and constants[3] is np.True_ and constants[6] is np.add
    assert (lone == np.arange(10_000.0)).all() and constants[5] == np.dtype("f4")
    print("moved", number)
assert hooks.mark == "again"
