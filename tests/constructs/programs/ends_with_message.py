"""A program that ends with a message on stderr.

to stdout
"""

import sys

from point import here

print("to stdout")
here()
print("to stderr", file=sys.stderr)
here()
raise SystemExit(f"it {here('ended')}")
