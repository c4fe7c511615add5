"""break, continue and else in nested loops.

not in row 0 resumed
found 1 1
not in row 0 resumed
not in row 1 resumed
nowhere resumed
broke in round 2 resumed
0 a resumed
2 a resumed
"""

from point import here


def search(rows, wanted):
    for row_number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is None:
                here()
                continue
            if value == here(wanted):
                print("found", row_number, column)
                break
        else:
            print("not in row", row_number, here())
            continue
        break
    else:
        print("nowhere", here())


def loops_in_while():
    rounds = 0
    while rounds < 3:
        rounds += 1
        for letter in "abc":
            if letter == "b" and rounds == 2:
                here()
                break
        else:
            continue
        print("broke in round", rounds, here())
        break


search([[1, None], [2, 3]], 3)
search([[1], [None]], 9)
loops_in_while()
for number in range(3):
    if number == 1:
        here()
        continue
    for letter in "ab":
        if letter == "b":
            break
        print(number, letter, here())
