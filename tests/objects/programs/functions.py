"""Functions: attributes, defaults, globals, recursion, identity and what they close over.

[('x', 'a'), ('partial', 'b'), ('x', 'a'), ('partial', 'b')] [1, 2, 2]
"""

import functools

from point import here

shared = []


def with_defaults(item, into=shared, *, label="x"):
    """Has a docstring."""
    into.append((label, item))
    return len(into)


def outer():
    kept = [1]

    def inner(extra):
        kept.append(extra)
        return kept

    return inner, kept


def recursive(number):
    return 1 if number < 2 else number * recursive(number - 1)


with_defaults.attribute = shared
alias = with_defaults
inner, kept = outer()
partial = functools.partial(with_defaults, label="partial")
cached = functools.lru_cache(recursive)
cached(5)
lambda_in_table = {"f": lambda value: (value, shared)}

for _ in range(2):
    here()
    assert alias is with_defaults and with_defaults.__defaults__[0] is shared
    assert with_defaults.attribute is shared and with_defaults.__doc__ == "Has a docstring."
    assert with_defaults.__globals__ is globals() and inner.__globals__ is globals()
    assert with_defaults("a") == len(shared) and partial("b") == len(shared)
    assert inner(2) is kept and inner.__closure__[0].cell_contents is kept
    assert recursive(5) == 120 and recursive.__qualname__ == "recursive"
    assert partial.func is with_defaults and lambda_in_table["f"](1)[1] is shared
    assert inner.__qualname__ == "outer.<locals>.inner" and inner.__module__ == __name__
    assert cached(5) == 120 and cached.__wrapped__ is recursive
recursive = with_defaults
here()
assert recursive is alias
print(shared, kept)
