"""`prompt`: delimits what moves. Only the frames above it travel; what comes of them is its result here.

```
caller, pytest, C code ...      never looked at
prompted()                      waits here, in the same thread
below()                         the cut: one frame of ours, a generator's
the function, and what it calls   moves
teleport()
```

Once the frames above the cut go on elsewhere, they are **abandoned** here (`capture.abandon`): an exception
ends them without any of their handlers or destructors running, and ends at `prompted`. `below` is a
generator because that has an exception state of its own: what the abandoned frames were handling is
gone with it.
"""

from __future__ import annotations

from _thread import RLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any, ParamSpec, TypeVar

    Parameters = ParamSpec("Parameters")
    Result = TypeVar("Result")

LATER = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR

one_at_a_time = (
    RLock()
)  # for what keeps its state in modules: the dump of frames, the load of an outcome


class Left(BaseException):
    """Ends the frames above a prompt that go on elsewhere."""


class Prompt:
    """One call of a prompted function.

    Attributes:
        outcome: None as long as its frames are here; else what came of them: (result, exception or
            None).
        tracing: the trace and the profile function, where they were turned off while frames are ended.
    """

    __slots__ = ("outcome", "tracing")

    def __init__(self) -> None:
        self.outcome: tuple[Any, BaseException | None] | None = None
        self.tracing: tuple[Any, Any] | None = None


def prompt(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Makes a function one that can move by itself, whatever called it.

    `teleport()` in it, or in what it calls, moves only its own calls. Its caller waits here, in the
    same thread, and gets its result or its exception. So it works where a whole program could not
    move: in a test, a notebook, a web server, a thread. As long as nothing moves, the call is a
    plain one.

    Args:
        function: what to call; not a generator function or a coroutine function. A method, too.

    Returns:
        The function, prompted: with the same arguments, result and exceptions. Also usable as a
        decorator.

    Raises:
        TypeError: `function` cannot be called, or its body runs later than its call.

    The call itself raises what the function raises, and, once it has moved:

        TargetLost: the process there ended, or its connection, before the function had returned.
        OutcomeError: what it returned or raised cannot be brought back, or be made here.

    Example:
        A function that goes on in another process, and returns here:

        >>> import subprocess, sys
        >>> program = '''
        ... import os, pyteleport
        ...
        ... @pyteleport.prompt
        ... def elsewhere():
        ...     pyteleport.teleport("local")
        ...     return os.getpid()
        ...
        ... print(elsewhere() != os.getpid(), "and back")
        ... '''
        >>> subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout
        'True and back\\n'
    """
    from functools import wraps

    if not callable(function):
        raise TypeError(f"prompt() takes a function, not {function!r}")
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    if code is not None and code.co_flags & LATER:
        raise TypeError(
            f"{function!r} cannot be prompted: its body runs after the call has returned; "
            "prompt a plain function that it calls, or that runs it"
        )

    @wraps(function)
    def prompted(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        here = Prompt()
        result: Any
        try:
            result, error = next(below(here, function, args, kwargs))
        except BaseException:
            if here.outcome is None:
                raise
            result, error = here.outcome
        if here.tracing is not None:
            resume_tracing(*here.tracing)
        if error is None:
            return result  # type: ignore[no-any-return]
        context = error.__context__
        try:
            raise error
        finally:
            if context is not None:  # what is handled here was not there, or is known already
                error.__context__ = context
            del error, context

    return prompted


def below(
    here: Prompt, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Iterator[tuple[Any, BaseException | None]]:
    """Calls the function: what is above this frame moves."""
    result: Any = None
    error = None
    try:
        result = function(*args, **kwargs)
    except StopIteration as stopped:  # it would come out of a generator as a RuntimeError
        error = stopped
    yield result, error


BELOW = below.__code__


def resume_tracing(trace: Any, profile: Any) -> None:
    import sys

    sys.settrace(trace)
    sys.setprofile(profile)


def nearest(frame: FrameType | None) -> FrameType | None:
    """The frame of the nearest prompt below a frame, None where there is none."""
    while frame is not None and frame.f_code is not BELOW:
        frame = frame.f_back
    return frame


def at(frame: FrameType) -> Prompt:
    """The call that a frame of `below` belongs to."""
    here: Prompt = frame.f_locals["here"]
    return here
