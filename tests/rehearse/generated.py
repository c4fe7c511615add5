"""Programs made by hypothesis: nested control flow, closures, generators, exceptions; they print as they go.

Each ends after a bounded number of steps, and what it prints depends on every variable it has.
"""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = ("a", "b", "c")
EXPRESSIONS = (
    *NAMES,
    "a + 1",
    "b * 2 % 7",
    "(a, b)[c % 2]",
    "sum([a, b, c])",
    "[x + a for x in range(2)][b % 2]",
    "(lambda x: x - c)(b)",
    "len({x: y for x, y in zip('ab', (a, b))})",
    "a if b % 2 else c",
    "(a > b) + (b > c > a)",
    "len(f'{a}:{b!r:>{c % 3}}')",
)
EXCEPTIONS = ("ValueError", "KeyError", "ZeroDivisionError")


def joined(parts: list[list[str]]) -> list[str]:
    return [line for part in parts for line in part]


expressions = st.sampled_from(EXPRESSIONS)
names = st.sampled_from(NAMES)


def indented(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


assignments = st.builds(
    lambda name, mark, value: [f"{name} {mark} ({value}) % 50"],
    names,
    st.sampled_from(("=", "+=", "-=")),
    expressions,
)
shown = st.builds(lambda value: [f"show({value})"], expressions)
raised = st.builds(
    lambda kind, value: [f"if ({value}) % 3 == 0:", f"    raise {kind}(a)"],
    st.sampled_from(EXCEPTIONS),
    expressions,
)
leaves = st.one_of(assignments, shown, raised)
blocks = st.lists(leaves, min_size=1, max_size=3).map(joined)


def nested(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    """Statements around blocks."""
    several = st.lists(inner, min_size=1, max_size=3).map(joined)
    return st.one_of(
        st.builds(
            lambda test, yes, no: [f"if ({test}) % 2:", *indented(yes), "else:", *indented(no)],
            expressions,
            several,
            several,
        ),
        st.builds(
            lambda name, body, rest: [
                f"for {name} in range(2):",
                *indented(body),
                "else:",
                *indented(rest),
            ],
            names,
            several,
            several,
        ),
        st.builds(
            lambda kind, body, handler, last: [
                "try:",
                *indented(body),
                f"except {kind} as error:",
                "    show(type(error).__name__)",
                *indented(handler),
                "finally:",
                *indented(last),
            ],
            st.sampled_from(EXCEPTIONS),
            several,
            several,
            several,
        ),
        st.builds(lambda body: ["with Manager(a):", *indented(body)], several),
        st.builds(
            lambda body, value: [
                "def made():",
                "    nonlocal a, b, c",
                *indented(body),
                f"    return {value}",
                "show(made())",
            ],
            several,
            expressions,
        ),
        st.builds(
            lambda body, value: [
                "def steps():",
                "    nonlocal a, b, c",
                *indented(body),
                f"    got = yield {value}",
                "    show(got)",
                "    yield from (a, b)",
                "for item in steps():",
                "    show(item)",
            ],
            several,
            expressions,
        ),
        st.builds(
            lambda body: [
                "async def later():",
                "    nonlocal a, b, c",
                *indented(body),
                "    return a",
                "run(later())",
            ],
            several,
        ),
    )


bodies = st.recursive(blocks, nested, max_leaves=6)

HEAD = """\
class Manager:
    def __init__(self, value):
        self.value = value
    def __enter__(self):
        show("in", self.value)
        return self
    def __exit__(self, kind, error, trace):
        show("out", kind and kind.__name__)
        return self.value % 2 == 0

left = 200

def show(*values):
    global left
    left -= 1
    if left < 0:
        raise SystemExit("enough")
    print(*values)

def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as end:
        show(end.value)

def main():
    a, b, c = 1, 2, 3
"""
programs = bodies.map(
    lambda lines: HEAD + "\n".join(indented([*lines, "show(a, b, c)"])) + "\n\nmain()\n"
)
