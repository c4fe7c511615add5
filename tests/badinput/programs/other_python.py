"""A target whose Python has another minor version, or lacks an installed package.

The programs are the arguments: one of another version, and a stock one of this version.
"""

import sys

import pyteleport
from refusing import moves, refused

other, other_version, stock = sys.argv[1:]
here = "%d.%d" % sys.version_info[:2]
error = refused("PythonMismatch", here, other_version, target=pyteleport.local(python=other))
import onlyhere

error = refused("PackagesMissing", "onlyhere", "1.5", target=pyteleport.local(python=stock))
assert error.packages == [("onlyhere", "1.5", "")], error.packages
del error
print(onlyhere.value)
moves()
print(onlyhere.value)
