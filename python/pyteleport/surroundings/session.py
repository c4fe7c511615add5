"""An interactive session: after what is running has ended, the prompt comes there.

What the interpreter's C code does between two statements is not on the stack, so it is started anew at the
target, by its own functions:

```
the stack's bottom here             there, when that has ended
_pyrepl.main.interactive_console    nothing: these frames move as any, and read the next line themselves
a statement typed at the prompt     its exception is shown; then the C prompt, with its compiler flags
a program under `-i`                its exception is shown, SystemExit too; then the version's own prompt
```

`describe` looks here, and is plain data in the image's head; `Resumed` runs there. Line editing and its
history are in `editing`.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pyteleport.capture.frames import FrameRecord

TYPED = ("<stdin", "<python-input")  # file names of what was typed
PROMPT = "_pyrepl.main"  # reads what is typed, from 3.13
INSPECT = "PYTHONINSPECT"
BASIC = "PYTHON_BASIC_REPL"

# At a target: "forced", a prompt although there is no terminal; "inspect", one comes after what is running
# now; "exits", if that does not raise SystemExit.
came: dict[str, bool] = {}


def check(copies: bool) -> None:
    """Refuses what cannot be gone on with there.

    Args:
        copies: the program is to go on several times.

    Raises:
        CannotMove: this prompt is not the interpreter's own, or there would be several for one keyboard.
    """
    from pyteleport.errors import CannotMove

    shells = sys.modules.get("IPython.core.interactiveshell")
    if shells is not None and shells.InteractiveShell.initialized():
        raise CannotMove(
            "IPython's session cannot move: its prompt, kernel and event loop belong to this process",
            "the prompt of IPython",
            "mark a function with @pyteleport.prompt and call it from the session, or use python's own prompt",
        )
    if copies and hasattr(sys, "ps1"):
        raise CannotMove(
            "copies of an interactive session would have one keyboard between them",
            "the prompt of this interpreter",
            "put the program into a file and run that, or move the session with teleport()",
        )


def describe(bottom: FrameRecord) -> dict[str, Any] | None:
    """The session whose outermost frame this is; None if no prompt comes after it."""
    if not (os.isatty(0) or sys.flags.interactive or came.get("forced")):
        return None
    reads_on = bottom.live.f_globals.get("__name__") == PROMPT
    name = bottom.code.co_filename
    startup = os.environ.get("PYTHONSTARTUP")
    typed = hasattr(sys, "ps1") and name.startswith(TYPED)
    starts = not typed and name == startup and sys.argv[:1] == [""]
    inspects = bool(sys.flags.inspect or os.environ.get(INSPECT) or came.get("inspect"))
    if not (reads_on or typed or starts or inspects):
        return None
    return {
        "reads_on": reads_on,
        "typed": typed,
        "exits": typed or starts or bool(came.get("exits")),
        "flags": bottom.code.co_flags & _future_flags() if typed else 0,
        "forced": not os.isatty(0),
        "environment": {key: os.environ.get(key) for key in (INSPECT, BASIC)},
    }


def _future_flags() -> int:
    """All that `from __future__` may have set for what is typed next."""
    import __future__ as future

    flags = 0
    for name in future.all_feature_names:
        flags |= getattr(future, name).compiler_flag
    return flags


def expect(described: dict[str, Any]) -> None:
    """At the target, before anything of the program is there.

    Args:
        described: as `describe` said.
    """
    came.update(forced=described["forced"], inspect=True, exits=described["exits"])
    for name, value in described["environment"].items():
        if value is not None:
            os.environ[name] = value
    if described["reads_on"]:
        from pyteleport.surroundings.editing import import_pyrepl

        import_pyrepl()


class Resumed:
    """The program of a session, rebuilt: a call runs what was running, then the prompt.

    Args:
        running: what was running.
        described: as `describe` said.
    """

    def __init__(self, running: Callable[[], object], described: dict[str, Any]) -> None:
        self.running = running
        self.described = described

    def __call__(self) -> None:
        described = self.described
        if described["reads_on"]:
            self.running()
        else:
            try:
                self.running()
            except BaseException as error:
                if described["exits"] and isinstance(error, SystemExit):
                    raise
                show(error)
            came.update(inspect=False, exits=False)
            read_on(described["flags"], typed=described["typed"])
        os.environ.pop(INSPECT, None)  # or the interpreter starts another prompt when it ends


def show(error: BaseException) -> None:
    """Shows an exception as the interpreter does before a prompt."""
    from pyteleport.stage.program import display, stripped

    error.__traceback__ = trace = stripped(error.__traceback__)
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
    if hasattr(sys, "monitoring"):  # as old as this
        sys.last_exc = error  # type: ignore[attr-defined]
    try:
        display(sys.excepthook, type(error), error, trace)
    except SystemExit:
        raise
    except BaseException as problem:
        print("Error in sys.excepthook:", file=sys.stderr)
        display(sys.__excepthook__, type(problem), problem, stripped(problem.__traceback__))
        print("\nOriginal exception was:", file=sys.stderr)
        display(sys.__excepthook__, type(error), error, trace)


def read_on(flags: int, *, typed: bool) -> None:
    """The prompt of this interpreter, until the end of its input.

    Args:
        flags: of the compiler, as `from __future__` has set them.
        typed: what has run was typed at the C prompt; otherwise line editing is set up now.
    """
    if not typed:
        from pyteleport.surroundings.editing import import_pyrepl, set_up_readline

        set_up_readline()
    if not typed and not os.environ.get(BASIC):
        try:
            import_pyrepl()
            __import__(PROMPT)
        except ImportError:
            pass
        else:
            if not came["forced"]:
                sys.modules[PROMPT].interactive_console(sys.modules["__main__"])
                return
    from ctypes import Structure, byref, c_int, c_void_p, pythonapi

    class Flags(Structure):  # PyCompilerFlags
        _fields_ = (("flags", c_int), ("feature_version", c_int))

    given = Flags(flags, sys.version_info[1])
    loop = pythonapi.PyRun_InteractiveLoopFlags
    loop(c_void_p.in_dll(pythonapi, "stdin"), b"<stdin>", byref(given))
