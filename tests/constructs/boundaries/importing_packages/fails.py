import sys

from point import here

print(sys.start, here())
1 / here(0)
