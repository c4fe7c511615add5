"""Frame objects of the running program, held in variables of all kinds while it moves.

[('simple', 'simple', 11), ('<module>', '<module>', 0)]
['inner', 'outer', '<module>']
True True True
inner outer
log hello from log
stack()
    here()
3
"""

import logging
import sys
import traceback

from point import here


class Slotted:
    __slots__ = ("frame",)


class Plain:
    pass


kept = []


def names(frame):
    found = []
    while frame is not None and frame.f_code.co_filename == __file__:
        code = frame.f_code
        line = (
            0
            if frame.f_back is None or code.co_name == "<module>"
            else frame.f_lineno - code.co_firstlineno
        )
        found.append((code.co_name, code.co_qualname, line))
        frame = frame.f_back
    return found


def simple():
    frame = sys._getframe()
    x = 5
    here()
    assert frame is sys._getframe() and frame.f_globals is globals()
    assert frame.f_locals["x"] == 5
    caller = frame.f_back
    here()
    assert caller is sys._getframe().f_back
    x = 6
    assert frame.f_locals["x"] == x
    return names(frame)


def inner(items, plain, slotted, reach):
    frame = sys._getframe()
    items.append(frame)
    plain.frame = slotted.frame = frame
    named, pair = {"frame": frame}, (frame, frame.f_back)
    kept.append((1, frame))
    here()
    assert sys._getframe() is items[-1] is plain.frame is slotted.frame is named["frame"]
    # In a tuple stands what looks like it.
    if pair[0] is not frame:
        assert names(pair[0]) == [("inner", "inner", 6), *names(pair[1])]
    here()
    print([name for name, _, _ in names(pair[0])])
    print(
        pair[0].f_locals["named"] is named,
        pair[0].f_back is pair[1],
        pair[0].f_globals is globals(),
    )
    here()
    return pair[0].f_code.co_name


def outer():
    items, plain, slotted = [], Plain(), Slotted()
    mine = sys._getframe()
    name = inner(items, plain, slotted, lambda: mine)
    here()
    assert mine is sys._getframe() and items[0].f_code.co_name == "inner"
    here()
    return name, mine.f_code.co_name


def generator():
    me = yield
    frame = sys._getframe()
    here()
    assert frame is sys._getframe() is me.gi_frame
    yield frame
    here()
    yield


def generators():
    made = generator()
    next(made)
    frame = made.gi_frame
    here()
    assert frame is made.gi_frame and frame.f_locals == {}
    assert made.send(made) is frame
    here()
    assert frame is made.gi_frame and frame.f_locals["me"] is made
    next(made)


class Walking(logging.Formatter):
    """Looks for its caller as logging itself does."""

    def format(self, record):
        frame = sys._getframe()
        while frame is sys._getframe() or "logging" in frame.f_code.co_filename:
            here()
            frame = frame.f_back
        return f"{super().format(record)} from {frame.f_code.co_name}"


def log():
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Walking("%(funcName)s %(message)s"))
    logging.getLogger("a").addHandler(handler)
    logging.getLogger("a").warning("hello")


def stack():
    frame = sys._getframe()
    box = (frame,)
    here()
    last = traceback.extract_stack(box[0])[-1]
    print(f"{last.name}()\n    {'here()' if box[0] is frame else last.line}")
    assert traceback.extract_stack(frame)[-1].line.startswith("assert")
    code = box[0].f_code
    here()
    assert code.co_name == "stack"


def recursion(depth, frames):
    frames.append(sys._getframe())
    if depth:
        return recursion(depth - 1, frames)
    here()
    walked, frame = [], sys._getframe()
    while len(walked) < len(frames):
        walked.append(frame)
        frame = frame.f_back
    assert walked[::-1] == frames
    return len(frames) - 1


print(simple())
print(*outer())
generators()


class Body:
    frame = sys._getframe()
    x = 1
    here()
    assert frame is sys._getframe() and frame.f_locals["x"] == 1


top = sys._getframe()
here()
assert top is sys._getframe() and top.f_locals is globals()
log()
stack()
print(recursion(3, []))
