"""A program that ends with a traceback: its lines, columns, cause and notes are on stderr.

9.0
finally resumed
"""

from point import here


def divide(numbers):
    total = 0
    for number in numbers:
        total += here(6) / number
    return total


def main():
    try:
        print(divide([1, 2]))
        divide([3, 0])
    except ZeroDivisionError as error:
        error.add_note(f"noted {here()}")
        here()
        raise RuntimeError("no result") from error
    finally:
        print("finally", here())


main()
