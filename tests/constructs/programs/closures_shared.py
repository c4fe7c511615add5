"""Cells shared between frames and functions, changed on both sides of the move.

1 1 2 2
3 3
(22, 122, 122, [1, 112])
(('outer+', 'outer+'), 'outer+')
(['given', 'changed'], 'resumed')
cannot access free variable 'late' where it is not associated with a value in enclosing scope
late resumed
cannot access free variable 'late' where it is not associated with a value in enclosing scope
"""

from point import here


def counter():
    count = 0

    def increase():
        nonlocal count
        count += 1
        return here(count)

    def read():
        return count

    return increase, read


def shared_with_frame():
    total, history = 0, []

    def bump():
        nonlocal total
        total += 1
        history.append(here(total))
        total += 10
        return total

    before = total + bump() + total
    total += 100
    return before, bump(), total, history


def three_deep():
    value = "outer"

    def middle():
        seen = value

        def innermost():
            nonlocal value, seen
            value += here("+")
            seen = value
            return here(seen)

        result = innermost()
        return result, seen

    return middle(), value


def argument_cell(argument):
    def change():
        nonlocal argument
        argument = here([*argument, "changed"])

    change()
    return argument, here()


def unset_cell():
    def read():
        return late

    here()
    try:
        read()
    except NameError as error:
        print(error)
    late = here("late")
    print(read(), here())
    del late
    here()
    try:
        read()
    except NameError as error:
        print(error)


increase, read = counter()
print(increase(), read(), increase(), read())
here()
print(increase(), read())
print(shared_with_frame())
print(three_deep())
print(argument_cell(["given"]))
unset_cell()
