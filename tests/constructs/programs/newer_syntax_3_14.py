"""Template strings, and except without parentheses.

hello
('world', 'here(name)', '>10')
 and
('WORLD', 'name.upper()', '')
caught resumed
1
"""
# needs: 3.14

from point import here


def main(name):
    template = t"hello {here(name)!r:>{here(10)}} and {name.upper()}"
    here()
    for part in template:
        print(part if isinstance(part, str) else (part.value, part.expression, part.format_spec))
    try:
        raise KeyError(here("k"))
    except ValueError, KeyError:
        print("caught", here())


def annotated(number: Undefined = 1):
    return here(number)


main("world")
print(annotated())
