"""Parameters of every kind, as the frame holds them and as locals() shows them.

(1, 2, (3,), 4, {'z': 6}, ['first', 'key', 'others', 'rest', 'second']) (1, 2, (), 5, {}, ['first', 'key', 'others', 'rest', 'second'])
([0, 1], 'once') ([0, 1], 'once') [0, 1]
('unbound', ['kept'], 2) (2, (3,)) ({'a': 1}, {'a': 1, 'snapshot': None, 'b': 2})
{'number': <class 'int'>, 'text': 'str', 'return': <class 'float'>}
"""

import sys

from point import here


def every_kind(first, /, second, *rest, key=5, **others):
    here()
    return first, second, rest, key, others, sorted(locals())


def defaults(changed=[], *, made=here("once")):
    changed.append(here(len(changed)))
    return changed, made


def deletes(argument, kept=1):
    del argument
    here()
    try:
        argument
    except UnboundLocalError:
        return "unbound", sorted(locals()), sys._getframe().f_code.co_argcount


def rebinds(number, *numbers):
    number += here(1)
    numbers = numbers[here(1) :]
    return number, numbers


def views():
    a = 1
    snapshot = dict(locals())
    b = here(2)
    return snapshot, dict(locals()) | {"snapshot": None}


def annotated(number: int, text: "str" = "t") -> float:
    here()
    return annotated.__annotations__


print(every_kind(1, 2, 3, key=4, z=6), every_kind(1, second=2))
print(defaults(), defaults(), defaults.__defaults__[0])
print(deletes(1), rebinds(1, 2, 3), views())
print(annotated(1))
