"""Type parameters, type aliases and f-strings with anything inside.

Pair 1 [2] (T,)
nestedquotes lines
tuple[T, T] T resumed
"""
# needs: 3.12

from point import here

type Pair[T] = tuple[T, T]


def first[T](items: list[T]) -> T:
    here()
    return items[0]


class Stack[T]:
    size = here(1)

    def __init__(self):
        self.items: list[T] = []

    def push(self, item: T) -> "Stack[T]":
        self.items.append(here(item))
        return self


here()
print(Pair.__name__, first([here(1)]), Stack[int]().push(2).items, Stack.__type_params__)
print(f"{'nested' + f'{here("quotes")}'} {here('lines')}")
print(Pair.__value__, first.__type_params__[0].__name__, here())
