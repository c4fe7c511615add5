"""With a trace function set, CPython runs other instructions than usual.

[0, 1]
[0]
"""

import sys

from point import here


def trace(frame, event, argument):
    return trace


def work(last):
    total = 0
    for number in range(last):
        try:
            total += here(number)
        finally:
            total += 1
    return [here(number) for number in range(total) if number < 2]


sys.settrace(trace)
print(work(3))
sys.settrace(None)
print(work(1))
