"""State that the standard library keeps for the whole process, and programs rely on.

One row each: what to take along from a module the program has loaded, and how to put it back there.
What is as a fresh interpreter has it is not taken, so most programs carry nothing. Settings that are plain
values: `settings`.
"""

from __future__ import annotations

import builtins
import sys
from sys import modules
from types import MethodType

from pyteleport.stage.signals import signal
from pyteleport.surroundings import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


def _random_state() -> Any:
    return modules["random"].getstate()


def _put_random_state(state: Any) -> None:
    __import__("random")
    modules["random"].setstate(state)


def _numpy_state() -> Any:
    return modules["numpy.random"].get_state()


def _put_numpy_state(state: Any) -> None:
    __import__("numpy.random")
    modules["numpy.random"].set_state(state)


def _decimal_context() -> Any:
    context = modules["decimal"].getcontext()
    return None if repr(context) == FRESH else context


def _put_decimal_context(context: Any) -> None:
    __import__("decimal")
    modules["decimal"].setcontext(context)


def _context_values() -> Any:
    """The values of the current context, but for decimal's (see there) and bare pointers (NumPy's)."""
    values = list(modules["_contextvars"].copy_context().items())
    if not values:
        return None
    from pyteleport.graph.rebuild_contexts import variable_of_decimal

    other = variable_of_decimal()
    return [
        (variable, value)
        for variable, value in values
        if variable is not other and type(value).__name__ != "PyCapsule"
    ] or None


def _put_context_values(values: list[tuple[Any, Any]]) -> None:
    from pyteleport.graph.rebuild_contexts import set_variable

    for variable, value in values:
        set_variable(variable, value)


def _collector() -> Any:
    import gc

    return None if gc.isenabled() else False


def _put_collector(enabled: bool) -> None:
    import gc

    gc.disable()


def _async_hooks() -> Any:
    hooks = tuple(sys.get_asyncgen_hooks())
    return hooks if any(hooks) else None


def _put_async_hooks(hooks: tuple[Any, Any]) -> None:
    sys.set_asyncgen_hooks(*hooks)


def _thread_hook() -> Any:
    threading = modules["threading"]
    return None if threading.excepthook is threading.__excepthook__ else threading.excepthook


def _put_thread_hook(hook: Any) -> None:
    import threading

    threading.excepthook = hook


def _fault_handler() -> Any:
    return modules["faulthandler"].is_enabled() or None


def _put_fault_handler(_: bool) -> None:
    import faulthandler

    if not faulthandler.is_enabled():
        faulthandler.enable()


def _warning_filters() -> Any:
    filters = list(modules["warnings"].filters)
    own = [entry for entry in filters if entry[1] is not None or entry[2] not in FILTERED_BY_PYTHON]
    return filters if own or len(filters) != 5 else None


def _put_warning_filters(filters: list[Any]) -> None:
    import warnings

    if list(warnings.filters) == filters:
        return
    warnings.resetwarnings()  # empties the list and tells the C side
    warnings.filters.extend(filters)  # type: ignore[attr-defined]


def _signal_handlers() -> Any:
    found: dict[int, Any] = {}
    for number in range(1, signal.NSIG):
        try:
            handler = signal.getsignal(number)
        except ValueError:
            continue
        if callable(handler):
            if handler is not signal.default_int_handler and not _reads_keys(handler):
                found[number] = handler
        elif handler == signal.SIG_IGN and number not in IGNORED_BY_PYTHON:
            found[number] = signal.SIG_IGN
        elif handler == signal.SIG_DFL and number == signal.SIGINT:
            found[number] = signal.SIG_DFL
    timers = {number: signal.getitimer(number) for number in TIMERS}
    running = {number: times for number, times in timers.items() if times[0]}
    blocked = [int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, ())]
    return (found, running, blocked) if found or running or blocked else None


def _reads_keys(handler: Any) -> bool:
    """Whether it belongs to a prompt's own terminal, which has it set up anew there."""
    kind = type(handler.__self__) if type(handler) is MethodType else None
    return kind is not None and type.__dict__["__module__"].__get__(kind) == "_pyrepl.unix_console"


def _put_signal_handlers(
    state: tuple[dict[int, Any], dict[int, tuple[float, float]], list[int]],
) -> None:
    handlers, running, blocked = state
    for number, handler in handlers.items():
        signal.signal(number, handler)
    for number, times in running.items():
        signal.setitimer(number, *times)
    if blocked:
        from pyteleport.stage import program

        signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
        program.BLOCKED[:] = [number for number in program.BLOCKED if number not in blocked]


def _loggers() -> Any:
    logging = modules["logging"]
    states = []
    every = [logging.root, *logging.root.manager.loggerDict.values()]
    for logger in every:
        if not isinstance(logger, logging.Logger):
            continue
        name = None if logger is logging.root else logger.name
        usual = logging.WARNING if name is None else logging.NOTSET
        state = (logger.level, logger.handlers, logger.filters, logger.propagate, logger.disabled)
        if state != (usual, [], [], True, False):
            states.append((name, *state))
    disabled = logging.root.manager.disable
    return (states, disabled) if states or disabled else None


def _put_loggers(given: tuple[list[Any], int]) -> None:
    import logging

    states, disabled = given
    for name, level, handlers, filters, propagate, off in states:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers[:] = handlers
        logger.filters[:] = filters
        logger.propagate, logger.disabled = propagate, off
        for handler in handlers:  # to be flushed at the end, as when they were made
            logging._addHandlerRef(handler)  # type: ignore[attr-defined]
    logging.disable(disabled)


def _displayed() -> Any:
    return (builtins._,) if hasattr(builtins, "_") else None


def _put_displayed(state: tuple[Any]) -> None:
    builtins._ = state[0]  # type: ignore[attr-defined]


def _editing(name: str) -> tuple[Callable[[], Any], Callable[[Any], None]]:
    """A row of `editing`, which most programs never need."""

    def take() -> Any:
        from pyteleport.surroundings import editing

        return getattr(editing, f"take_{name}")()

    def put(state: Any) -> None:
        from pyteleport.surroundings import editing

        getattr(editing, f"put_{name}")(state)

    return take, put


FILTERED_BY_PYTHON = (
    DeprecationWarning,
    PendingDeprecationWarning,
    ImportWarning,
    ResourceWarning,
)
IGNORED_BY_PYTHON = (13, 25)  # SIGPIPE, SIGXFSZ
TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
# A context no arithmetic was done in.
FRESH = (
    "Context(prec=28, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, "
    "flags=[], traps=[InvalidOperation, DivisionByZero, Overflow])"
)

# name: (the module that must be loaded for it, take, put back)
ROWS: dict[str, tuple[str, Callable[[], Any], Callable[[Any], None]]] = {
    **settings.ROWS,
    "random": ("random", _random_state, _put_random_state),
    "numpy.random": ("numpy.random", _numpy_state, _put_numpy_state),
    "decimal": ("decimal", _decimal_context, _put_decimal_context),
    "contextvars": ("_contextvars", _context_values, _put_context_values),
    "gc": ("sys", _collector, _put_collector),
    "asyncgen": ("sys", _async_hooks, _put_async_hooks),
    "threading": ("threading", _thread_hook, _put_thread_hook),
    "faulthandler": ("faulthandler", _fault_handler, _put_fault_handler),
    "warnings": ("warnings", _warning_filters, _put_warning_filters),
    "signal": ("sys", _signal_handlers, _put_signal_handlers),
    "logging": ("logging", _loggers, _put_loggers),
    "builtins._": ("builtins", _displayed, _put_displayed),
    "readline": ("readline", *_editing("readline")),
    "_pyrepl": ("_pyrepl.readline", *_editing("pyrepl")),
}
COMPUTED_WITH = ("random", "numpy.random", "decimal")


def take(names: Iterable[str] = ROWS) -> dict[str, Any]:
    """What there is to take along, by row."""
    wanted = {name: ROWS[name] for name in names}
    taken = {name: get() for name, (module, get, _) in wanted.items() if module in sys.modules}
    return {name: state for name, state in taken.items() if state is not None}


def put_back(taken: dict[str, Any]) -> None:
    """Puts it back, at the target, before the program goes on."""
    for name, state in taken.items():
        ROWS[name][2](state)
