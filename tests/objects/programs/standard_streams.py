"""The standard streams are the same objects, and what was written comes out in order.

one two
three
"""

import sys

from point import here

out, print_to = sys.stdout, print
out.write("one")
here()
assert out is sys.stdout and print_to is print
out.write(" two\n")
print("to stderr", file=sys.stderr)
here()
assert sys.stdin.read() == "" and sys.__stderr__ is sys.stderr
print("three")
