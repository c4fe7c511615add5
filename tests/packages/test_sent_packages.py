"""`packages="send"`: installed packages travel in memory, and leave nothing there."""

from __future__ import annotations

from harness import check
from packages.shelf import GREETING, Shelf
from packages.wheels import wheel

PROGRAM = """
import os, shutil
import pyteleport
from greeting import Greeter
greeter = Greeter("world")
before = os.getpid()
pyteleport.teleport(pyteleport.local(python={python!r}), packages="send")
assert os.getpid() != before
shutil.rmtree({site_packages!r})
print(greeter)
import greeting, pkgutil, inspect, traceback
from importlib import metadata, resources
print(type(greeting.__spec__.loader).__name__, greeting.__file__)
print(metadata.version("greeting"), metadata.version("punctuation"), metadata.requires("greeting"))
print(sorted(str(path) for path in metadata.files("greeting"))[:3])
from greeting import later
print(later.TEXT, end="")
print(pkgutil.get_data("greeting", "texts/one.txt"))
with resources.as_file(resources.files("greeting.texts") / "one.txt") as path:
    print(path.read_text(), end="")
print(sorted(entry.name for entry in resources.files("greeting").iterdir()))
print(inspect.getsource(Greeter).splitlines()[0])
try:
    pkgutil.get_data("greeting", "texts/two.txt")
except OSError as problem:
    print(type(problem).__name__)
try:
    str(Greeter.__str__(3))
except AttributeError as problem:
    print(traceback.extract_tb(problem.__traceback__)[-1].line)
"""


def test_what_is_sent_is_whole(shelf: Shelf) -> None:
    target = shelf.venv()
    program = PROGRAM.format(python=target, site_packages=str(shelf.site_packages))
    check(
        shelf.run(program),
        stdout=(
            "hello world!\n"
            f"SentPackages {shelf.site_packages}/greeting/__init__.py\n"
            "1.2 3.0 ['punctuation>=1', \"absent; extra == 'more'\"]\n"
            "['greeting-1.2.dist-info/METADATA', 'greeting-1.2.dist-info/RECORD', 'greeting-1.2.dist-info/WHEEL']\n"
            "one text\n"
            "b'one text\\n'\n"
            "one text\n"
            "['__init__.py', 'later.py', 'texts', 'words.py']\n"
            "class Greeter:\n"
            "FileNotFoundError\n"
            "return f'{WORD} {self.name}{mark()}'\n"
        ),
    )
    assert list(shelf.temporary.iterdir()) == []


def test_what_is_there_is_not_sent_and_what_differs_goes_first(shelf: Shelf) -> None:
    other = {**GREETING, "greeting/words.py": "WORD = 'other'\n"}
    greeting = wheel(shelf.folder / "other", "greeting", "1.1", other)
    target = shelf.venv(greeting, shelf.wheels / "punctuation-3.0-py3-none-any.whl")
    program = f"""
import pyteleport
from greeting import Greeter
greeter = Greeter("world")
pyteleport.teleport(pyteleport.local(python={target!r}), packages="send")
import punctuation
from importlib import metadata
print(greeter, type(punctuation.__spec__.loader).__name__, metadata.version("greeting"))
"""
    check(shelf.run(program), stdout="hello world! SourceFileLoader 1.2\n")


def test_moves_on_with_what_was_sent(shelf: Shelf) -> None:
    """What is in memory only is checked, refused and sent again as what is installed is."""
    target = shelf.venv()
    program = f"""
import shutil
import pyteleport
from greeting import Greeter
def go(packages):
    pyteleport.teleport(pyteleport.local(python={target!r}), packages=packages)
greeter = Greeter("world")
go("send")
shutil.rmtree({str(shelf.site_packages)!r})
try:
    go("check")
except pyteleport.PackagesMissing as problem:
    print(problem.packages)
go("send")
from greeting import later
print(greeter, later.TEXT, end="")
"""
    stdout = "[('greeting', '1.2', ''), ('punctuation', '3.0', '')]\nhello world! one text\n"
    result = shelf.run(program)
    check(result, stdout=stdout.replace(", ('punctuation', '3.0', '')", ""))


def test_compiled_code_is_refused_by_name(shelf: Shelf) -> None:
    shelf.add("quick", "2.0", {"quick/__init__.py": "x = 1\n", "quick/_c.cpython-311.so": ""})
    program = f"""
import pyteleport, greeting, quick
def use():
    return greeting, quick
try:
    pyteleport.teleport(pyteleport.local(python={shelf.venv()!r}), packages="send")
except pyteleport.PackagesMissing as problem:
    print(problem.packages, problem.hint)
"""
    check(
        shelf.run(program),
        stdout=(
            "[('quick', '2.0', '')] these hold compiled code, which is not sent (quick): have all of them "
            'installed there with packages="install", or install them there yourself\n'
        ),
    )


def test_what_is_imported_later_and_what_has_no_metadata(shelf: Shelf) -> None:
    (shelf.site_packages / "dropped.py").write_text("value = 5\n")
    (shelf.site_packages / "folder").mkdir()
    (shelf.site_packages / "folder" / "__init__.py").write_text("value = 6\n")
    (shelf.site_packages / "folder" / "part.py").write_text("value = 7\n")
    program = f"""
import shutil
import pyteleport
import dropped, folder
def use():
    import greeting, punctuation
    from folder import part
    return greeting.WORD, part.value
import greeting
del greeting
pyteleport.teleport(pyteleport.local(python={shelf.venv()!r}), packages="send")
shutil.rmtree({str(shelf.site_packages)!r})
print(dropped.value, folder.value, use())
"""
    check(shelf.run(program), stdout="5 6 ('hello', 7)\n")


def test_namespace_packages(shelf: Shelf) -> None:
    """Parts of one installed here, there, and in a folder of the program's own."""
    shelf.add("part-one", "1.0", {"spread/one/__init__.py": "value = 1\n"})
    shelf.add("part-two", "2.0", {"spread/two.py": "value = 2\n"})
    shelf.add("part-unused", "9.0", {"spread/unused.py": "value = 9\n"})
    own = shelf.folder / "own"
    (own / "spread").mkdir(parents=True)
    (own / "spread" / "mine.py").write_text("from spread.two import value\nvalue *= 10\n")
    there = shelf.venv(shelf.wheels / "part_one-1.0-py3-none-any.whl")
    for with_own in ("", f"sys.path.append({str(own)!r})\nimport spread.mine\n"):
        program = f"""
import pyteleport
{with_own}
import spread.one, spread.two
try:
    pyteleport.teleport(pyteleport.local(python={there!r}))
except pyteleport.PackagesMissing as problem:
    print(problem.packages)
pyteleport.teleport(pyteleport.local(python={there!r}), packages="send")
print(spread.one.value, spread.two.value, type(spread.two.__spec__.loader).__name__)
"""
        expected = "[('part-two', '2.0', '')]\n1 2 SentPackages\n"
        if with_own:
            program += "print(spread.mine.value)\n"
            expected += "20\n"
        check(shelf.run(program), stdout=expected)


def test_editable_packages_are_own_code(shelf: Shelf) -> None:
    """By a .pth file, and by a finder as setuptools makes one: by value, with their metadata's requirements left."""
    source = shelf.folder / "source"
    (source / "edited").mkdir(parents=True)
    (source / "edited" / "__init__.py").write_text(
        "import punctuation\ndef say():\n    return 'edited' + punctuation.mark()\n"
    )
    (shelf.site_packages / "edited.pth").write_text(f"{source}\n")
    info = shelf.site_packages / "edited-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: edited\nVersion: 0.1\n")
    (info / "direct_url.json").write_text('{"url": "file:///x", "dir_info": {"editable": true}}')
    (shelf.site_packages / "__editable___other_finder.py").write_text(
        "import sys\nfrom importlib.util import spec_from_file_location\n"
        "class Finder:\n"
        "    @classmethod\n"
        "    def find_spec(cls, name, path=None, target=None):\n"
        "        if name == 'other':\n"
        f"            return spec_from_file_location(name, {str(source / 'other.py')!r})\n"
        "def install():\n    sys.meta_path.append(Finder)\n"
    )
    (source / "other.py").write_text("value = 8\n")
    program = f"""
import shutil, site
site.addsitedir({str(shelf.site_packages)!r})
import __editable___other_finder
__editable___other_finder.install()
del __editable___other_finder
import pyteleport, edited, other
pyteleport.teleport(pyteleport.local(python={shelf.venv()!r}), packages="send")
shutil.rmtree({str(source)!r})
shutil.rmtree({str(shelf.site_packages)!r})
print(edited.say(), other.value)
"""
    check(shelf.run(program), stdout="edited! 8\n")


def test_arguments(shelf: Shelf) -> None:
    program = """
import pyteleport
for packages in ("sent", "install:", "", 5, None):
    try:
        pyteleport.teleport("local", packages=packages)
    except (TypeError, ValueError) as problem:
        print(problem)
"""
    assert shelf.run(program).stdout.splitlines() == [
        'packages= takes "check", "send", "install" or "install:FOLDER", not \'sent\'',
        'packages= takes "check", "send", "install" or "install:FOLDER", not \'install:\'',
        'packages= takes "check", "send", "install" or "install:FOLDER", not \'\'',
        "packages= takes a str, not 5",
        "packages= takes a str, not None",
    ]
