"""Environment variables and the time zone are as the program left them; the rest is the target's own.

Asia/Tokyo JST
set: new value, changed: other, deleted: gone, both: True
deleted at last, and stays so: gone
"""

import os
import subprocess
import sys
import time

from point import here

os.environ["TZ"] = "JST-9"
time.tzset()
os.environ["SET"] = "new value"
os.environ["HOME"] = "other"
os.environ["PYTHONOPTIMIZE"] = "2"  # for children, not for this program
os.environ.pop("LANG", None)
os.environ[os.fsdecode(b"bytes\xff")] = os.fsdecode(b"\xfe")
before = dict(os.environ)
here()
print("Asia/Tokyo", time.strftime("%Z"))
home, lang = os.environ["HOME"], os.environ.get("LANG", "gone")
program = "import os; print(os.environ['SET'])"
told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
same = told.stdout == "new value\n" and os.environb[b"bytes\xff"] == b"\xfe"
print(f"set: {os.environ['SET']}, changed: {home}, deleted: {lang}, both: {same}")
assert sys.flags.optimize == 0
here()
assert dict(os.environ) == before
del os.environ["SET"]
here()
here()
print("deleted at last, and stays so:", os.environ.get("SET", "gone"))
