"""Functions of the program that C code calls: sorted, min, reduce, partial, eval and others.

[3, 2, 1] 2 6
-3 -4 -5
-6 bb
exec resumed
[-1, -2] 1 -1
-7 -7 [1, 2]
"""

# refused: 1-3 (sorted), 4-5 (min), 6-7 (reduce), 12-13 (re.sub), 15-16 (list), 17-18 (join), 21 (sorted)

import functools
import re

from point import here


def key(number):
    return here(-number)


print(
    sorted([3, 1, 2], key=key),
    min([1, 2], key=key),
    functools.reduce(lambda a, b: here(a + b), [1, 2, 3]),
)
print(functools.partial(key, 3)(), key.__call__(4), type(key).__call__(key, 5))
print(eval("key(6)"), re.sub("a", lambda match: here("b"), "aa"))
exec("print('exec', here())")
print(list(map(key, [1, 2])), "".join(map(str, filter(key, [0, 1]))), {}.setdefault("k", key(1)))
cached = functools.lru_cache(key)
print(cached(7), cached(7), sorted([2, 1], key=functools.cmp_to_key(lambda a, b: here(a - b))))
