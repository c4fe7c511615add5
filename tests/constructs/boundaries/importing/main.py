"""A move inside a module that is being imported.

before resumed
imported resumed
"""

from point import here

print("before", here())
import moves_on_import

print(moves_on_import.value, here())
