"""for over itertools.batched.

batched ('a', 'b') resumed
batched ('c', 'd') resumed
batched ('e',) resumed
first resumed
"""
# needs: 3.12

from itertools import batched

from point import here

for batch in batched("abcde", 2):
    print("batched", batch, here())
for batch in batched(iter(range(4)), 2):
    if batch == (0, 1):
        print("first", here())
