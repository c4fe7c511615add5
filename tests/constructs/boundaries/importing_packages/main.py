"""Modules of the program that are moved while they are being imported.

package begins resumed
sub begins resumed
other begins resumed
sub sees other 1
package sees ('sub', 'resumed')
main sees ('sub', 'resumed') 1
by name resumed
late package.late resumed
fails resumed
ZeroDivisionError fails.py False ['<module>', '<module>']
again resumed
ZeroDivisionError
True True module
"""

import importlib
import sys
import traceback

import package.sub
from package import other
from point import here

print("main sees", package.sub.value, other.one)
named = importlib.import_module("named")
late = __import__("package.late", fromlist=["late"])
print("late", late.__name__, late.value)
for start in ("fails", "again"):
    try:
        sys.start = start
        import fails
    except ZeroDivisionError as error:
        frames = traceback.extract_tb(error.__traceback__)
        if start == "again":
            print(type(error).__name__)
            continue
        names = [frame.name for frame in frames]
        print(type(error).__name__, frames[-1].filename[-8:], "fails" in sys.modules, names)
print(named is sys.modules["named"], named.__spec__.name == "named", type(named).__name__)
here()
