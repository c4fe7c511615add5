"""The first stage: the text given to `python -c` at the target, and the hello line it answers with.

It is one line without a single quote, a `$`, a doubled backslash or an exclamation mark, so that it
passes through every shell between here and there, and it is Python 2 as well as 3, so that a wrong
interpreter can say what it is. Steps:

1. It prints the hello line: `"\\n\\1pyteleport" TAB field TAB ... "\\n"`. What login shells print before
   it on the same stream is noise, told apart by that mark.
2. It reads the second stage from descriptor 0, unbuffered, to the last byte and no further:
   4 bytes length, then the bundle (see `bundle`), out of which it runs `finder`.
3. In the process of the program `finder` comes back, having left the code to run in `sys`: that runs
   at the end of the line, with two frames below it and nothing of the stage in `__main__`.
"""

from __future__ import annotations

import sys

MARK = b"\n\x01pyteleport\t"
PROTOCOL = 1
RUN = "_pyteleport_run"
LONGEST_HELLO = 4096

# chr(10), chr(1), chr(9): no escape may stand inside the string that is a string already.
_HELLO = """import sys,os
g=getattr
s=g(sys.modules.get("_frozen_importlib_external"),"MAGIC_NUMBER",b"")
i=g(g(sys,"implementation",0),"name","cpython")
h=[@,i,"%d.%d.%d"%sys.version_info[:3],g(sys,"abiflags",""),int.from_bytes(s[:2],"little") if s else 0,
sys.platform,os.uname()[4],repr(sys.executable),os.getpid()]
os.write(1,(chr(10)+chr(1)+"pyteleport"+chr(9)+chr(9).join([str(x) for x in h])+chr(10)).encode())
"""
_REST = """def r(n):
 b=b""
 while len(b)<n:
  c=os.read(0,n-len(b))
  if not c:os._exit(0)
  b+=c
 return b
b=r(int.from_bytes(r(4),"big"))
sys.path[:]=[p for p in sys.path if p]
import marshal,zlib
t=marshal.loads(zlib.decompress(b))
n={"__name__":"pyteleport.stage.finder"}
exec(marshal.loads(t[n["__name__"]][1]),n)
n["start"](b,t)
"""


def _line(text: str) -> str:
    """A program of several lines on one."""
    return text.replace("@", str(PROTOCOL)).replace(",\n", ",").replace("\n", "\\n")


HELLO = f'exec("""{_line(_HELLO)}""",{{}})'  # the first step alone: what an interpreter is
TEXT = f'exec("""{_line(_HELLO + _REST)}""",{{}});eval(*__import__("sys").__dict__.pop("{RUN}"))'


class Hello:
    """What an interpreter says of itself.

    Attributes:
        protocol: of the channel.
        implementation: "cpython", "pypy" ...
        version: as in "3.12.1".
        abiflags: "t" in it for a free-threaded build.
        magic: the number of its bytecode; 0 where it has none.
        platform: as in "linux".
        machine: as in "x86_64".
        executable: its path.
        pid: of its process.
    """

    def __init__(self, fields: list[str]) -> None:
        self.protocol = int(fields[0])
        self.implementation = fields[1]
        self.version = fields[2]
        self.abiflags = fields[3]
        self.magic = int(fields[4])
        self.platform = fields[5]
        self.machine = fields[6]
        self.executable = _unquoted(fields[7])
        self.pid = int(fields[8])

    @property
    def free_threaded(self) -> bool:
        return "t" in self.abiflags

    def misfit(self) -> str:
        """Why an image of this interpreter cannot run on that one; "" if it can."""
        here = f"{sys.version_info[0]}.{sys.version_info[1]}"
        if self.implementation != "cpython":
            return f"the program runs on CPython {here}"
        if self.version.split(".")[:2] != here.split("."):
            return f"the program runs on CPython {here}, and can go on only on another {here}"
        if self.free_threaded:
            return "a program cannot move to a free-threaded build"
        import _frozen_importlib_external as machinery

        if self.magic != int.from_bytes(machinery.MAGIC_NUMBER[:2], "little"):
            return f"its bytecode is not that of {sys.version.split()[0]} here"
        if self.protocol != PROTOCOL:
            return f"it speaks version {self.protocol} of the channel, not {PROTOCOL}"
        return ""

    def __str__(self) -> str:
        names = {"cpython": "CPython", "pypy": "PyPy"}
        name = names.get(self.implementation, self.implementation)
        kind = " (free-threaded)" if self.free_threaded else ""
        return f"{name} {self.version}{kind} at {self.executable}"


def find_hello(data: bytes) -> tuple[bytes, Hello, bytes] | None:
    """Noise, hello and what follows it, or None while the hello line is not complete.

    Raises:
        ValueError: there is a hello line that is not one.
    """
    start = data.rfind(MARK)
    if start < 0:
        return None
    end = data.find(b"\n", start + 1)
    if end < 0:
        if len(data) - start > LONGEST_HELLO:
            raise ValueError("the hello line does not end")
        return None
    fields = data[start + len(MARK) : end].decode("utf-8", "replace").split("\t")
    if len(fields) != 9:
        raise ValueError(f"a hello line of {len(fields)} fields")
    return data[:start], Hello(fields), data[end + 1 :]


def _unquoted(text: str) -> str:
    """The string a `repr` stands for."""
    if "\\" not in text:
        return text[1:-1]
    from ast import literal_eval  # slow to import, and hardly ever needed

    return str(literal_eval(text))
