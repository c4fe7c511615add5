"""Iterators of every kind, dumped and loaded at every position; run once per CPython.

iterators.py                 each case moved within this process, once and twice, at each position
iterators.py dump FILE       each case moved once, at half of its way, by way of a file ...
iterators.py load FILE       ... to another process; both print what is left
"""

import io
import itertools
import operator
import sys
from _pickle import Unpickler
from array import array
from collections import OrderedDict, deque

Grouper = type(next(itertools.groupby("a"))[1])

calls = []


def logged(x):
    calls.append(("logged", x))
    return x


def small(x):
    calls.append(("small", x))
    return x % 4 < 2


def add(a, b):
    calls.append(("add", a, b))
    return a + b


def none(a, b):
    calls.append(("none", a, b))


def tens(x):
    calls.append(("tens", x))
    return x // 3


def pulls(name, count):
    """Unlike a list, shows when it is asked."""
    return map(logged, [f"{name}{n}" for n in range(count)])


def numbers(count):
    return map(logged, range(count))


class Indexed:
    def __getitem__(self, index):
        calls.append(("getitem", index))
        if index > 4:
            raise IndexError
        return index * index

    def __len__(self):
        return 5


class Lines:
    def __init__(self, lines):
        self.left = lines

    def read(self):
        return self.left.pop() if self.left else ""


class Subclass(list):
    pass


class Key:
    """Shows each comparison."""

    def __init__(self, key):
        self.key = key

    def __eq__(self, other):
        calls.append(("eq", self.key, other.key))
        return self.key == other.key

    def __repr__(self):
        return f"Key({self.key})"


def key(x):
    calls.append(("key", x))
    return Key(x // 3)


def flat_group(pair):
    return pair


def tees(count, source):
    return list(itertools.tee(source, count))


def shared_source():
    source = pulls("s", 8)
    return [itertools.chain(source, "yz"), source]


def chain_of_shared():
    outer = iter([iter("ab"), pulls("c", 3), iter("de")])
    return [itertools.chain.from_iterable(outer), outer]


def tee_and_chain():
    one, two = itertools.tee(numbers(130))
    return [itertools.chain(one, "z"), two, one]


def tee_after_source():
    source = numbers(9)
    one, two = itertools.tee(source)
    return [one, two, source]


def grouped_tee():
    one, two = itertools.tee(numbers(9))
    return [itertools.groupby(one, tens), two, one]


def changing():
    values = {"a": 1, "b": 2, "c": 3}

    def set_b(_):
        return values

    items = iter(values.items())
    return [items, itertools.chain.from_iterable(iter([("b",)])), values]


# Each a function that makes iterators, and in which order to ask them (then all of them in turn).
CASES = {
    "list": (lambda: [iter([1, 2, 3, 4])], ""),
    "list reversed": (lambda: [reversed([1, 2, 3, 4])], ""),
    "list subclass": (lambda: [list.__iter__(Subclass([1, 2, 3]))], ""),
    "tuple": (lambda: [iter((1, 2, 3, 4))], ""),
    "str": (lambda: [iter("abcd")], ""),
    "str wide": (lambda: [iter("aé€😀")], ""),
    "bytes": (lambda: [iter(b"abc")], ""),
    "bytearray": (lambda: [iter(bytearray(b"abc"))], ""),
    "memoryview": (lambda: [iter(memoryview(b"abcd"))], ""),
    "range": (lambda: [iter(range(0, 9, 2))], ""),
    "long range": (lambda: [iter(range(2**70, 2**70 + 5))], ""),
    "range reversed": (lambda: [reversed(range(5))], ""),
    "dict": (lambda: [iter({"a": 1, "b": 2, "c": 3})], ""),
    "dict values": (lambda: [iter({"a": 1, "b": 2, "c": 3}.values())], ""),
    "dict items": (lambda: [iter({"a": 1, "b": 2, "c": 3}.items())], ""),
    "dict reversed": (lambda: [reversed({"a": 1, "b": 2, "c": 3})], ""),
    "dict values reversed": (lambda: [reversed({"a": 1, "b": 2, "c": 3}.values())], ""),
    "dict items reversed": (lambda: [reversed({"a": 1, "b": 2, "c": 3}.items())], ""),
    "ordered dict": (lambda: [iter(OrderedDict(a=1, b=2, c=3))], ""),
    "ordered dict values": (lambda: [iter(OrderedDict(a=1, b=2, c=3).values())], ""),
    "ordered dict items": (lambda: [iter(OrderedDict(a=1, b=2, c=3).items())], ""),
    "ordered dict reversed": (lambda: [reversed(OrderedDict(a=1, b=2, c=3))], ""),
    "ordered dict items reversed": (lambda: [reversed(OrderedDict(a=1, b=2, c=3).items())], ""),
    "set": (lambda: [iter({1, 2, 3})], ""),
    "frozenset": (lambda: [iter(frozenset((1, 2, 3)))], ""),
    "deque": (lambda: [iter(deque((1, 2, 3)))], ""),
    "deque reversed": (lambda: [reversed(deque((1, 2, 3)))], ""),
    "array": (lambda: [iter(array("i", (1, 2, 3)))], ""),
    "enumerate": (lambda: [enumerate(pulls("a", 3), 5)], ""),
    "enumerate long": (lambda: [enumerate(pulls("a", 3), sys.maxsize - 1)], ""),
    "zip": (lambda: [zip(pulls("a", 3), pulls("b", 4))], ""),
    "zip strict": (lambda: [zip(pulls("a", 3), pulls("b", 4), strict=True)], ""),
    "map": (lambda: [map(add, numbers(3), numbers(4))], ""),
    "filter": (lambda: [filter(small, numbers(8))], ""),
    "filter none": (lambda: [filter(None, numbers(4))], ""),
    "reversed sequence": (lambda: [reversed(Indexed())], ""),
    "callable": (lambda: [iter(Lines(["c", "b", "a"]).read, "")], ""),
    "getitem": (lambda: [iter(Indexed())], ""),
    "accumulate": (lambda: [itertools.accumulate(numbers(5), add)], ""),
    "accumulate plain": (lambda: [itertools.accumulate(numbers(5))], ""),
    "accumulate initial": (lambda: [itertools.accumulate(numbers(4), add, initial=9)], ""),
    "accumulate none": (lambda: [itertools.accumulate(numbers(5), none)], ""),
    "batched": (lambda: [itertools.batched(numbers(7), 3)], ""),
    "batched strict": (lambda: [itertools.batched(numbers(7), 3, strict=True)], ""),
    "chain": (lambda: [itertools.chain("ab", numbers(3), (), "c")], ""),
    "chain from": (lambda: [itertools.chain.from_iterable(pulls("ab", 3))], ""),
    "chain shared": (shared_source, "00100"),
    "chain of shared": (chain_of_shared, "0001000"),
    "combinations": (lambda: [itertools.combinations("abcde", 3)], ""),
    "combinations 0": (lambda: [itertools.combinations("abc", 0)], ""),
    "combinations all": (lambda: [itertools.combinations("abc", 3)], ""),
    "combinations none": (lambda: [itertools.combinations("abc", 4)], ""),
    "with replacement": (lambda: [itertools.combinations_with_replacement("abcd", 3)], ""),
    "with replacement 0": (lambda: [itertools.combinations_with_replacement("abcd", 0)], ""),
    "with replacement of none": (lambda: [itertools.combinations_with_replacement("", 2)], ""),
    "compress": (lambda: [itertools.compress(numbers(6), numbers(6))], ""),
    "count": (lambda: [itertools.islice(itertools.count(5), 6)], ""),
    "count step": (lambda: [itertools.islice(itertools.count(2.5, 0.5), 6)], ""),
    "count long": (lambda: [itertools.islice(itertools.count(sys.maxsize - 2), 6)], ""),
    "count back": (lambda: [itertools.islice(itertools.count(3, -2), 6)], ""),
    "cycle": (lambda: [itertools.islice(itertools.cycle(pulls("a", 3)), 8)], ""),
    "cycle none": (lambda: [itertools.cycle(())], ""),
    "dropwhile": (lambda: [itertools.dropwhile(small, numbers(8))], ""),
    "filterfalse": (lambda: [itertools.filterfalse(small, numbers(8))], ""),
    "filterfalse none": (lambda: [itertools.filterfalse(None, [0, 1, 0])], ""),
    "groupby": (lambda: [itertools.groupby(numbers(9))], ""),
    "groupby key": (lambda: [itertools.groupby(numbers(9), key)], ""),
    "groups": (lambda: [itertools.groupby(numbers(11), key)], "0g" * 5),
    "groups whole": (lambda: [itertools.groupby(numbers(11), key)], "0gggg" * 5),
    "groups of equal": (lambda: [itertools.groupby("aabbbc")], "0ggg0g0"),
    "groups left": (lambda: [itertools.groupby(numbers(11), tens)], "0g0gggg0g"),
    "groups of a tee": (grouped_tee, "0g1g2g0g1"),
    "islice": (lambda: [itertools.islice(numbers(12), 2, 9, 3)], ""),
    "islice open": (lambda: [itertools.islice(numbers(5), 1, None)], ""),
    "islice short": (lambda: [itertools.islice(numbers(5), 4, 2)], ""),
    "pairwise": (lambda: [itertools.pairwise(numbers(5))], ""),
    "pairwise one": (lambda: [itertools.pairwise(numbers(1))], ""),
    "permutations": (lambda: [itertools.permutations("abcd", 3)], ""),
    "permutations all": (lambda: [itertools.permutations("abc")], ""),
    "permutations 0": (lambda: [itertools.permutations("abc", 0)], ""),
    "permutations none": (lambda: [itertools.permutations("abc", 4)], ""),
    "permutations of equal": (lambda: [itertools.permutations("aab", 2)], ""),
    "product": (lambda: [itertools.product("abc", range(2), [1.5, 2.5])], ""),
    "product repeat": (lambda: [itertools.product("ab", repeat=4)], ""),
    "product 0": (lambda: [itertools.product()], ""),
    "product none": (lambda: [itertools.product("ab", "")], ""),
    "repeat": (lambda: [itertools.repeat("a", 3)], ""),
    "repeat forever": (lambda: [itertools.islice(itertools.repeat("a"), 3)], ""),
    "starmap": (lambda: [itertools.starmap(add, zip(numbers(3), numbers(3)))], ""),
    "takewhile": (lambda: [itertools.takewhile(small, numbers(8))], ""),
    "tee": (lambda: tees(3, numbers(5)), "00110"),
    "tee long": (lambda: tees(2, numbers(130)), "0" * 120 + "1" * 60),
    "tee and chain": (tee_and_chain, "0" * 70 + "1" * 10 + "2" * 5),
    "tee and source": (tee_after_source, "00120"),
    "zip_longest": (lambda: [itertools.zip_longest(numbers(2), "abcd", (), fillvalue=7)], ""),
    "zip_longest none": (lambda: [itertools.zip_longest()], ""),
}


def ask(state, which):
    """One step, as text: (iterators, the group last seen) is the state."""
    if which == "g":
        iterator = state[1]
    else:
        iterator = state[0][int(which) % len(state[0])]
    try:
        item = next(iterator)
    except (Exception, StopIteration) as problem:
        return f"{type(problem).__name__}({problem})"
    if which != "g" and type(item) is tuple and item and type(item[-1]) is Grouper:
        state[1] = item[-1]
        return repr(item[0])
    return repr(item) if not hasattr(item, "__next__") else type(item).__name__


def order(name, steps):
    return CASES[name][1] + "".join(str(n) for n in range(3)) * steps


def run(name, steps, moves=(), move=None):
    """The transcript of `steps` steps, moved before the steps in `moves`."""
    state = [CASES[name][0](), iter(())]
    calls.clear()
    seen = []
    for number, which in enumerate(order(name, steps)[:steps]):
        for _ in range(moves.count(number)):
            before = len(calls)
            state = move(state)
            assert len(calls) == before, calls[before:]
        seen.append(ask(state, which))
    return seen, list(calls)


def dumper():
    from pyteleport.graph import image
    from pyteleport.graph.dumper import Dumper

    image.install_all()
    return Dumper(set())


def dump(state):
    making = dumper()
    making.dump(state)
    return b"".join(making.take())


def there_and_back(state):
    return Unpickler(io.BytesIO(dump(state))).load()


def length(iterator):
    try:
        return sum(1 for _ in iterator)
    except ValueError:
        return 4  # zip(strict=True)


def steps_of(name):
    """Enough to come to the end of every iterator, and one more."""
    once = CASES[name][0]()
    if "long" in name or "and chain" in name:
        return 220
    return len(CASES[name][1]) + 3 * max(map(length, once)) + 3


def supported(name):
    try:
        CASES[name][0]()
    except (AttributeError, TypeError):
        return False  # `batched`, and its `strict`, came later.
    return True


def check_here():
    failed = 0
    for name in CASES:
        if not supported(name):
            print("not on this CPython:", name)
            continue
        steps = steps_of(name)
        wanted = run(name, steps)
        stride = max(steps // 40, 1)
        for first in range(0, steps, stride):
            for moves in (
                (first,),
                (first, first),
                (first, min(first + 2, steps - 1)),
                (first,) * 3,
            ):
                try:
                    got = run(name, steps, moves, there_and_back)
                except BaseException as problem:
                    got = f"{type(problem).__name__}: {problem}"
                if got != wanted:
                    print("DIFFERS", name, moves, "\n  wanted", wanted, "\n  got   ", got)
                    failed = 1
                    break
            else:
                continue
            break
    print("checked", len(CASES))
    return failed


def check_growth():
    for name in filter(supported, CASES):
        for every in (0, 1):
            state = [CASES[name][0](), iter(())]
            for which in CASES[name][1] or "00":
                ask(state, which)
            sizes = []
            for which in order(name, 30):
                sizes.append(len(dump(state)))
                state = there_and_back(state)
                if every:
                    ask(state, which)
            if max(sizes) > 2.5 * max(sizes[:4]) + 50:
                print("GROWS", name, sizes)


class Box:
    pass


def cycles():
    """(name, object through which to enter, its iterator)."""
    made = []

    def case(name, make):
        for entry in ("box", "iterator"):
            box = Box()
            box.items, box.iterator = None, None
            box.items, box.iterator = make(box)
            made.append(
                (f"{name} by {entry}", box if entry == "box" else box.iterator, box.iterator)
            )

    def of(items, iterator, steps, insert):
        for _ in range(steps):
            next(iterator)
        insert(iterator)
        return items, iterator

    def listed(box):
        items = [1, 2, 3]
        return of(items, iter(items), 2, items.append)

    def listed_back(box):
        items = [1, 2, 3]
        return of(items, reversed(items), 1, lambda it: items.insert(0, it))

    def keyed(make, mapping):
        return lambda box: of(mapping, make(mapping), 1, lambda it: mapping.update(c=it))

    def queued(box):
        items = deque([1, 2, 3, None])
        return of(items, iter(items), 2, lambda it: items.__setitem__(-1, it))

    def stepped(make, steps=1):
        return lambda box: of(None, make(box), steps, lambda it: None)

    case("list", listed)
    case("list reversed", listed_back)
    case("dict", keyed(iter, {"a": 1, "b": 2, "c": 3}))
    case("dict items", keyed(lambda d: iter(d.items()), {"a": 1, "b": 2, "c": 3}))
    case("dict reversed", keyed(reversed, {"a": 1, "b": 2, "c": 3}))
    case("ordered dict", keyed(lambda d: iter(d.items()), OrderedDict(a=1, b=2, c=3)))
    case("deque", queued)
    case("reversed", stepped(lambda box: reversed([box, 1])))
    case("set", stepped(lambda box: iter({box, 1}), 0))
    case("map", stepped(lambda box: map(id, [box, box])))
    case("cycle", stepped(lambda box: itertools.islice(itertools.cycle([box, [box], 3]), 9), 2))
    case("chain", stepped(lambda box: itertools.chain([box, 1], [box, 2])))
    case("tee", stepped(lambda box: itertools.tee([box, 1, 2, box])[0]))
    case("groupby", stepped(lambda box: itertools.groupby([1, 1, box, box], type)))
    case("product", stepped(lambda box: itertools.product([box, 1], [box, [box]])))
    case("permutations", stepped(lambda box: itertools.permutations([box, 1, [box]], 2)))
    case("combinations", stepped(lambda box: itertools.combinations([box, 1, [box]], 2)))
    case("pairwise", stepped(lambda box: itertools.pairwise([box, 1, box])))
    case("accumulate", stepped(lambda box: itertools.accumulate([[box], [box], [1]])))
    case("zip_longest", stepped(lambda box: itertools.zip_longest([box, box], [1])))
    return made


def check_cycles():
    for name, entry, iterator in cycles():
        there = there_and_back(entry)
        if isinstance(there, Box):
            there = there.iterator
        left = [[type(item).__name__ for item in found] for found in (iterator, there)]
        for one, other in zip(*left, strict=True):
            if one != other and not (one.endswith("iterator") and other == "Resumed"):
                print("DIFFERS", name, *left)


def rest(states):
    for name, state, left in states:
        print(name, *[ask(state, which) for which in left])


def main():
    if len(sys.argv) == 1:
        return check_here()
    how, path = sys.argv[1:]
    if how in ("grow", "cycles"):
        return check_growth() if how == "grow" else check_cycles()
    if how == "dump":
        states = []
        for name in filter(supported, CASES):
            steps = steps_of(name)
            half = order(name, steps)[: steps // 2]
            state = [CASES[name][0](), iter(())]
            for which in half:
                ask(state, which)
            states.append((name, state, order(name, steps)[steps // 2 : steps]))
        with open(path, "wb") as file:
            file.write(dump(states))
    else:
        with open(path, "rb") as file:
            states = Unpickler(file).load()
    rest(states)
    return 0


if __name__ == "__main__":
    sys.exit(main())
