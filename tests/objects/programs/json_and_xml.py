"""Parts of json and xml that are made in C: scanners, encoders, iterators over elements; folder entries.

[['b', 'c', 'd', 'b'], ['b', 'b', None, None, None], ['1', '2', '3', '4', '5', '6', '7', '8'], [None, None, None, None, None], ['a', 'b', 'new', 'c', 'd', 'b', 'late']]
[{'a': 1}, {'b': [2]}] 2 ({'x': nan}, 10)
['NaN'] ValueError
[('x', True), ('y', False), (b'x', True), (b'y', False)]
"""

import json
import os
import sys
import tempfile

from point import here

held = next(os.scandir(os.path.dirname(__file__)))
here()  # before any of json's and xml's is there
import xml.etree.ElementTree as ET  # noqa: E402

sys.modules["_elementtree"] = None  # as programs do that want the one written in Python


class Reader:
    """Its scanner leads to its decoder, and that to the scanner again."""

    def __init__(self):
        self.count = 0
        self.decoder = json.JSONDecoder(object_hook=self.hook)

    def hook(self, found):
        self.count += 1
        return found


scan = Reader().decoder.scan_once
reader = scan.object_hook.__self__
encoders = [
    json.encoder.c_make_encoder(
        {}, repr, json.encoder.encode_basestring_ascii, None, ": ", ", ", False, False, allowed
    )
    for allowed in (True, False)
]

root = ET.fromstring("<a>1<b>2<c>3</c>4</b>5<d><b>6</b>7</d>8</a>")
iterators = [root.iter(), root.iter("b"), root.itertext(), root.iter(), root.iter()]
root.set("held", iterators[2])  # a cycle
next(iterators[0])
list(iterators[3])
del iterators[4]
found = [[] for _ in iterators]
here()
for _ in range(4):
    for iterator, seen in zip(iterators, found):
        seen.append(next(iterator, None))
    here()
for iterator, seen in zip(iterators, found):
    seen += [next(iterator, None)] if iterator is not iterators[2] else iterator
found[0].remove(None)

# It looks at the tree when it is asked.
changing = root.iter()
seen = [next(changing), next(changing)]
here()
root[0].insert(0, ET.Element("new"))
seen += [next(changing)]
here()
root.append(ET.Element("late"))
seen += changing
assert set(seen) == set(root.iter()) and root.get("held") is iterators[2]
found.append(seen)
print(
    [
        [element if type(element) in (str, type(None)) else element.tag for element in each]
        for each in found
    ]
)

assert reader.decoder.scan_once is scan and scan.strict is True and scan.parse_float is float
print(reader.decoder.decode('[{"a": 1}, {"b": [2]}]'), reader.count, scan('{"x": NaN}', 0))
try:
    encoders[1](float("nan"), 0)
except ValueError as error:
    print(list(encoders[0](float("nan"), 0)), type(error).__name__)

with tempfile.TemporaryDirectory() as folder:
    os.mkdir(os.path.join(folder, "x"))
    open(os.path.join(folder, "y"), "w").close()
    before = os.getcwd()
    os.chdir(folder)
    entries = [entry for path in (None, os.fsencode(folder)) for entry in os.scandir(path)]
    entries.sort(key=lambda entry: repr(entry.name))
    os.chdir(before)
    del entries[2:]
    entries += sorted(os.scandir(os.fsencode(folder)), key=lambda entry: entry.name)
    os.chdir(folder)
    here()
    print([(entry.name, entry.is_dir()) for entry in entries])
    os.chdir(before)
