"""Settings of the standard library that are plain values, by row: where each stands, and what it is unless it was set.

Those that stand in a module or class under a name are in `NAMED`; those that are asked for by calls have
functions. Only modules that the program has loaded are looked at, and only what was set is taken.
"""

from __future__ import annotations

from sys import modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ABSENT = "no such name"

# Module, path of a name in it, the usual value.
NAMED: tuple[tuple[str, str, Any], ...] = (
    ("asyncio.events", "_event_loop_policy", None),
    ("doctest", "master", None),
    ("fileinput", "_state", None),
    ("gettext", "_current_domain", "messages"),
    ("http.client", "HTTPConnection.debuglevel", 0),
    ("json.encoder", "FLOAT_REPR", ABSENT),
    ("logging", "raiseExceptions", True),
    ("logging", "lastResort", ...),
    ("smtplib", "SMTP.debuglevel", 0),
    ("ftplib", "FTP.debugging", 0),
    ("tempfile", "tempdir", None),
    ("threading", "_profile_hook", None),
    ("threading", "_trace_hook", None),
)
LEVELS = {50: "CRITICAL", 40: "ERROR", 30: "WARNING", 20: "INFO", 10: "DEBUG", 0: "NOTSET"}
DIALECTS = ("excel", "excel-tab", "unix")
DIALECT = ("delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict")  # fmt: skip
LARGEST_FIELD = 131072
MIME_TABLES = ("encodings_map", "suffix_map", "types_map", "common_types")
DECIMAL = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")


def _holder(module: str, path: str) -> tuple[Any, str]:
    """What a name stands in, and the name."""
    found: Any = modules[module]
    *way, name = path.split(".")
    for part in way:
        found = found.__dict__[part]
    return found, name


def _named() -> Any:
    taken = []
    for module, path, usual in NAMED:
        if module in modules:
            holder, name = _holder(module, path)
            value = holder.__dict__.get(name, ABSENT)
            if usual is ...:  # an object: only whether it was taken away
                if value is None:
                    taken.append((module, path, value))
            elif type(value) is not type(usual) or value != usual:
                if name == "_event_loop_policy" and _has_loop(value):
                    continue
                taken.append((module, path, value))
    return taken or None


def _has_loop(policy: Any) -> bool:
    """Whether it keeps an event loop, which would not move."""
    return getattr(getattr(policy, "_local", None), "_loop", None) is not None


def _put_named(taken: list[tuple[str, str, Any]]) -> None:
    for module, path, value in taken:
        __import__(module)
        holder, name = _holder(module, path)
        setattr(holder, name, value)


def _logging_levels() -> Any:
    names = modules["logging"]._levelToName
    return None if names == LEVELS else dict(names)


def _put_logging_levels(names: dict[int, str]) -> None:
    import logging

    for level, name in names.items():
        logging.addLevelName(level, name)


def _csv() -> Any:
    csv = modules["_csv"]
    own = {
        name: {part: getattr(csv.get_dialect(name), part) for part in DIALECT}
        for name in csv.list_dialects()
        if name not in DIALECTS
    }
    limit = csv.field_size_limit()
    return (own, limit) if own or limit != LARGEST_FIELD else None


def _put_csv(given: tuple[dict[str, Any], int]) -> None:
    import csv

    own, limit = given
    for name, parts in own.items():
        csv.register_dialect(name, **parts)
    csv.field_size_limit(limit)


def _socket_timeout() -> Any:
    return modules["_socket"].getdefaulttimeout()


def _put_socket_timeout(seconds: float) -> None:
    import socket

    socket.setdefaulttimeout(seconds)


def _source_lines() -> Any:
    """What the program has given to linecache: lines that are in no file."""
    cache = modules["linecache"].cache
    return {
        name: entry
        for name, entry in cache.items()
        if type(name) is str and type(entry) is tuple and len(entry) == 4
        and (entry[1] is None or name[:1] == "<")
        and not (name.startswith("<pyteleport") or name == "<string>")
    } or None  # fmt: skip


def _put_source_lines(entries: dict[str, Any]) -> None:
    import linecache

    linecache.cache.update(entries)


def _namespaces() -> Any:
    return dict(modules["xml.etree.ElementTree"]._namespace_map)


def _put_namespaces(prefixes: dict[str, str]) -> None:
    from xml.etree import ElementTree

    found: Any = ElementTree
    found._namespace_map.clear()
    found._namespace_map.update(prefixes)


def _mime_types() -> Any:
    mimetypes = modules["mimetypes"]
    if not mimetypes.inited:
        return None
    tables = {name: getattr(mimetypes, name) for name in MIME_TABLES}
    return tables, dict(vars(mimetypes._db))


def _put_mime_types(given: tuple[dict[str, Any], dict[str, Any]]) -> None:
    import mimetypes

    found: Any = mimetypes
    tables, database = given
    found.inited = True
    found._db = mimetypes.MimeTypes()
    vars(found._db).update(database)
    vars(found).update(tables)


def _decimal_default() -> Any:
    decimal = modules["decimal"]
    default = decimal.DefaultContext
    values = {name: getattr(default, name) for name in DECIMAL}
    traps = [signal for signal, on in default.traps.items() if on]
    usual = (28, decimal.ROUND_HALF_EVEN, -999999, 999999, 1, 0)
    usual_traps = {decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow}
    if tuple(values.values()) == usual and set(traps) == usual_traps:
        return None
    return values, traps


def _put_decimal_default(given: tuple[dict[str, Any], list[Any]]) -> None:
    import decimal

    values, traps = given
    for name, value in values.items():
        setattr(decimal.DefaultContext, name, value)
    for signal in decimal.DefaultContext.traps:
        decimal.DefaultContext.traps[signal] = signal in traps


def _blocked() -> Any:
    """Names of modules that the program keeps from being imported."""
    return [name for name, module in modules.items() if module is None] or None


def _put_blocked(names: list[str]) -> None:
    for name in names:
        modules[name] = None  # type: ignore[assignment]


# name: (the module that must be loaded for it, take, put back)
ROWS: dict[str, tuple[str, Callable[[], Any], Callable[[Any], None]]] = {
    "decimal's default": ("decimal", _decimal_default, _put_decimal_default),
    "named": ("sys", _named, _put_named),
    "logging's levels": ("logging", _logging_levels, _put_logging_levels),
    "csv": ("_csv", _csv, _put_csv),
    "socket": ("_socket", _socket_timeout, _put_socket_timeout),
    "linecache": ("linecache", _source_lines, _put_source_lines),
    "xml": ("xml.etree.ElementTree", _namespaces, _put_namespaces),
    "mimetypes": ("mimetypes", _mime_types, _put_mime_types),
    "blocked": ("sys", _blocked, _put_blocked),
}
