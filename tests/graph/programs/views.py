"""Memoryviews of every shape, moved within this process."""

import io
from _pickle import Unpickler
from array import array


def there_and_back(obj):
    from pyteleport.graph import image
    from pyteleport.graph.dumper import Dumper

    image.install_all()
    dumper = Dumper(set())
    dumper.dump(obj)
    return Unpickler(io.BytesIO(b"".join(dumper.take()))).load()


whole = memoryview(bytearray(range(24)))
VIEWS = (
    whole, whole[3:], whole[3:10:2], whole[::-1], whole[20:2:-3], whole[3:3], whole[5:0:-1][0:0],
    whole.cast("I"), whole.cast("I")[1:], whole.cast("B", (4, 6)),
    memoryview(b"abc")[1:], whole.toreadonly()[2:], memoryview(array("d", [1, 2, 3]))[1:],
)  # fmt: skip
for number, view in enumerate(VIEWS):
    moved, owner = there_and_back([view, view.obj])
    for one, other in (
        (moved.tolist(), view.tolist()),
        (moved.format, view.format),
        (moved.shape, view.shape),
        (moved.strides if len(view) else 0, view.strides if len(view) else 0),
        (moved.readonly, view.readonly),
        (moved.obj is owner, True),
    ):
        if one != other:
            print("DIFFERS", number, one, other)
released = memoryview(b"abc")
released.release()
try:
    len(there_and_back(released))
except ValueError as problem:
    print(problem)
