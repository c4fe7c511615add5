"""Reads its input by lines, while they are read ahead."""

import sys

first = input()
print("first", first)
for line in sys.stdin:
    print("then", line.strip())
