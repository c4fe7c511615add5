"""if, elif, else, while and the operators that decide.

('small', 'resumed')
middle
('large', 'resumed')
count 3
count 1
count 0
counted resumed
and True True
yes
last 0
one of them
False or False
no
last 0
one of them
"""

from point import here


def size(number):
    if number < here(2):
        return "small", here()
    elif number < 5:
        here()
        return "middle"
    else:
        if here(False):
            return "never"
        return "large", here()


def countdown(number):
    while number:
        number -= 1
        if number == here(2):
            continue
        print("count", number)
    else:
        print("counted", here())
    while True:
        if here("stop") == "stop":
            break


def decide(first, second):
    print(first and here("and"), first or here("or"), not here(second))
    print(here("yes") if first else here("no"))
    print(here(0) or here("") or here("last"), here(1) and here(2) and here(0))
    if first and here(second):
        print("both")
    if first or here(second):
        print("one of them")
    if not (first or here(second)):
        print("none")


for number in (1, 3, 9):
    print(size(number))
countdown(4)
decide(True, False)
decide(False, True)
