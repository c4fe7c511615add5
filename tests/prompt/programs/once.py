"""Everything in the frames that moved happens once.

before
enter
in the loop 0
in the loop 1
in the loop 2
finally there
exit there
generator closed there
destroyed there
result 3
the same thread True
nothing is handled None
outer KeyError
depth ok
file 'one\\ntwo\\n'
kept as before [0, 1, 2]
through C [10, 20]
in an operator 7
in a property 5
in __init__ 9
in an import True False
traced as before True
3 0
"""

import gc
import os
import sys
import tempfile
import threading

import pyteleport

HOME = os.getpid()


def place():
    return "here" if os.getpid() == HOME else "there"


def away():
    before = os.getpid()
    pyteleport.teleport("local")
    assert os.getpid() != before


class Block:
    def __enter__(self):
        print("enter", flush=True)

    def __exit__(self, *error):
        print("exit", place(), flush=True)


class Destroyed:
    def __del__(self):
        print("destroyed", place(), flush=True)


def numbers():
    try:
        yield 0
        yield 1
        yield 2
    finally:
        print("generator closed", place(), flush=True)


@pyteleport.prompt
def everything():
    local = Destroyed()
    generator = numbers()
    total = 0
    with Block():
        try:
            for number in range(3):
                if number == 1:
                    assert next(generator) == 0
                    away()
                print("in the loop", number, flush=True)
                total += number
        except BaseException:
            print("except", place(), flush=True)
            raise
        finally:
            print("finally", place(), flush=True)
    generator.close()
    del local
    return total


thread = threading.get_ident()
print("before", flush=True)
result = everything()
gc.collect()
print("result", result)
print("the same thread", thread == threading.get_ident())


@pyteleport.prompt
def handling():
    try:
        raise ValueError
    except ValueError:
        away()
        return 1


handling()
print("nothing is handled", sys.exc_info()[1])
try:
    raise KeyError
except KeyError:
    handling()
    print("outer", sys.exc_info()[0].__name__)


@pyteleport.prompt
def deep(depth):
    if depth:
        return deep.__wrapped__(depth - 1)
    away()


for _ in range(12):  # the interpreter counts the calls: none may be left
    deep(150)
print("depth ok")


@pyteleport.prompt
def writes(path):
    with open(path, "w") as file:
        file.write("one\n")
        file.flush()
        away()
        file.write("two\n")


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "file")
    writes(path)
    with open(path) as file:
        print("file", repr(file.read()))


def items():
    yield 0
    away()
    yield 1
    yield 2


@pyteleport.prompt
def takes(generator):
    return list(x for x in generator)


def each():
    for x in (1, 2):
        away()
        yield x * 10


@pyteleport.prompt
def loops():
    found = []
    for item in each():
        found.append(item)
    return found


@pyteleport.prompt
def keeps():
    return [x for x in [0, 1, 2] if (x != 1 or away() is None)]


print("kept as before", keeps())
print("through C", loops())


class Number:
    def __init__(self, value, moves=False):
        if moves:
            away()
        self.value = value

    def __add__(self, other):
        try:
            away()
            return self.value + other
        finally:
            assert os.getpid() != HOME

    @property
    def property(self):
        away()
        return self.value


print("in an operator", pyteleport.prompt(lambda: Number(3) + 4)())
print("in a property", pyteleport.prompt(lambda: Number(5).property)())
print("in __init__", pyteleport.prompt(lambda: Number(9, True).value)())

with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "going.py"), "w") as file:
        file.write("import pyteleport\npyteleport.teleport('local')\nvalue = 1\n")
    sys.path.insert(0, folder)

    @pyteleport.prompt
    def imports():
        import going

        return going.value

    print("in an import", imports() == 1, "going" in sys.modules)


def trace(*_):
    return None


sys.settrace(trace)
handling()
print("traced as before", sys.gettrace() is trace)
sys.settrace(None)

# Nothing of it is left: descriptors, threads, children.
before = len(os.listdir("/proc/self/fd"))
for _ in range(3):
    handling()
print(3, len(os.listdir("/proc/self/fd")) - before + threading.active_count() - 1)
