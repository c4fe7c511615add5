"""What the program has put into libraries is there after a move.

patched [1.5, 1.5]
"""

import builtins
import collections.abc
import copyreg
import functools
import json
import json.encoder
import random
import threading
import time
import warnings
from unittest import mock

from point import here

real_random = random.random
real_sleep = time.sleep
real_dumps = json.dumps
real_default = json.JSONEncoder.default
real_thread = threading.Thread


def fake():
    return 1.5


random.random = fake
slept = []
time.sleep = slept.append


@functools.wraps(json.dumps)
def dumps(*given, **named):
    return "wrapped " + real_dumps(*given, **named)


json.dumps = dumps
json.JSONEncoder.default = lambda self, value: f"<{type(value).__name__}>"


class Own:
    def __len__(self):
        return 3


class OwnThread(threading.Thread):
    pass


threading.Thread = OwnThread
collections.abc.Sequence.register(Own)
builtins.verbose = True
builtins.shout = lambda text: text.upper()
copyreg.pickle(Own, lambda own: (Own, ()))

here()
print("patched", [random.random(), random.random()])
assert random.random is fake and real_random is not fake and 0 <= real_random() < 1
time.sleep(100)
assert slept == [100]
here()
time.sleep(1)
assert slept == [100, 1]
real_sleep(0)
assert json.dumps([1]) == "wrapped [1]" and json.dumps.__wrapped__ is real_dumps
assert json.encoder.JSONEncoder().encode(Own()) == '"<Own>"'
assert (
    real_default.__qualname__ == "JSONEncoder.default" and real_default.__module__ == "json.encoder"
)
assert real_thread is OwnThread.__mro__[1] and threading.Thread is OwnThread
assert isinstance(threading.main_thread(), real_thread)
assert isinstance(Own(), collections.abc.Sequence)
assert verbose and shout("loud") == "LOUD"  # noqa: F821
assert Own in copyreg.dispatch_table
here()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    here()
    warnings.warn("seen", stacklevel=1)
    here()
    warnings.warn("again", stacklevel=1)
assert [str(entry.message) for entry in caught] == ["seen", "again"]
with mock.patch("json.loads", return_value=7) as loads, mock.patch.object(json, "load", fake):
    here()
    assert json.loads("x") == 7 and json.load() == 1.5
    assert loads.call_count == 1
here()
assert json.loads("[2]") == [2] and json.load is not fake
random.random = real_random
time.sleep = real_sleep
json.dumps = real_dumps
json.JSONEncoder.default = real_default
here()
assert random.random.__self__ is random._inst and json.dumps.__module__ == "json"
time.sleep(0)
try:
    json.dumps(Own())
except TypeError:
    pass
else:
    raise AssertionError
assert time.sleep.__module__ == "time"
