"""Everything at the level of the module.

0 7 resumed
1 z resumed
number 0 __main__
annotated ['chain', 'here', 'index', 'nothing', 'number', 'numbers', 'os', 'text', 'value']
name 'text' is not defined
assertion message resumed
6 new
"""

import os.path
from itertools import chain

from point import here

number = here(1)
number += here(1)
numbers = [number, *here([7])]
del numbers[here(0)]
if number == 2:
    for index, value in enumerate(chain(numbers, "z")):
        try:
            with open(os.path.devnull) as nothing:
                print(index, value, here(), nothing.read())
        finally:
            here()
while number:
    number -= here(1)
else:
    print("number", number, __name__)
text: str = here("annotated")
print(text, sorted(name for name in globals() if not name.startswith("_")))
del text
here()
try:
    text
except NameError as error:
    print(error)
assert here(True), "not reached"
try:
    assert here(False), f"message {here()}"
except AssertionError as error:
    print("assertion", error)
global_again = 5


def changes_global():
    global global_again, new_global
    global_again += here(1)
    new_global = here("new")


changes_global()
print(global_again, new_global)
