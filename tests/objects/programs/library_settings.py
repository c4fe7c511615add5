"""Settings of the standard library that the program made are there after a move.

settings hold
"""

import asyncio
import collections.abc
import csv
import decimal
import gc
import gettext
import io
import linecache
import locale
import logging
import mimetypes
import socket
import sqlite3
import sys
import tempfile
import threading
import traceback
import xml.etree.ElementTree as ElementTree

from point import here


class Point:
    def __init__(self, x):
        self.x = x

    def __conform__(self, protocol):
        return self.x


class Finder:
    """Finds one module, which is in no file."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "from_nowhere":
            from importlib.machinery import ModuleSpec

            return ModuleSpec(name, Finder)

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        module.answer = 42


collected = []


class Local(threading.local):
    asked = 0

    def __init__(self):
        self.name = "made"
        Local.asked += 1


local = Local()
local.name = "set"


def note(phase, info):
    collected.append(phase)


sys.meta_path.insert(0, Finder)
sys.modules["colorsys"] = None
sys.set_int_max_str_digits(5000)
sys.tracebacklimit = 7
gc.callbacks.append(note)
gettext.install("own")
tempfile.tempdir = "/elsewhere"
logging.raiseExceptions = False
logging.addLevelName(15, "CHATTY")
csv.register_dialect("mine", delimiter="|", quoting=csv.QUOTE_ALL, lineterminator="\n")
csv.field_size_limit(1000)
socket.setdefaulttimeout(2.5)
mimetypes.add_type("text/own", ".own")
ElementTree.register_namespace("own", "http://own")
decimal.DefaultContext.prec = 5
sqlite3.register_adapter(float, lambda value: f"<{value}>")
sqlite3.register_adapter(Point, lambda point: point.x)
threading.setprofile(None)
linecache.cache["<own>"] = (9, None, ["x = own()\n"], "<own>")
policy = None
if hasattr(asyncio.events, "_event_loop_policy"):
    asyncio.set_event_loop(None)  # makes the policy
    policy = asyncio.events._event_loop_policy
available = "C.UTF-8" if locale.setlocale(locale.LC_TIME, "C.UTF-8") else None

for number in range(3):
    here()
import from_nowhere  # noqa: E402

assert from_nowhere.answer == 42
try:
    import colorsys
except ImportError:
    colorsys = None
assert colorsys is None
assert sys.get_int_max_str_digits() == 5000 and sys.tracebacklimit == 7
del sys.tracebacklimit
gc.collect()
assert collected[-2:] == ["start", "stop"] and gc.callbacks.count(note) == 1
assert tempfile.gettempdir() == "/elsewhere"
assert logging.raiseExceptions is False and logging.getLevelName(15) == "CHATTY"
text = io.StringIO()
csv.writer(text, "mine").writerow([1, "a"])
assert text.getvalue() == '"1"|"a"\n' and csv.field_size_limit() == 1000
assert socket.getdefaulttimeout() == 2.5
assert mimetypes.guess_type("a.own") == ("text/own", None)
assert b"own:a" in ElementTree.tostring(ElementTree.Element("{http://own}a"))
assert decimal.Context().prec == 5
with sqlite3.connect(":memory:") as database:
    assert database.execute("select ?, ?", (Point(3), 1.5)).fetchone() == (3, "<1.5>")
database.close()
del database
code = compile("def own(): raise ValueError\nown()", "<own>", "exec")
try:
    exec(code)
except ValueError as problem:
    assert "x = own()" in "".join(traceback.format_exception(problem))
assert policy is None or asyncio.events._event_loop_policy is policy
assert locale.setlocale(locale.LC_TIME) == available
assert isinstance([], collections.abc.Sequence)
assert _("text") == "text" and callable(_)  # noqa: F821
assert local.name == "set" and Local.asked == 1
thread = threading.Thread(target=lambda: collected.append(local.name))
thread.start()
thread.join()
assert collected[-1] == "made" and Local.asked == 2
here()
print("settings hold")
