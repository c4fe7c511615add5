"""Context variables, their tokens and contexts; contexts of decimal; what was closed.

tokens
nested
contexts
invisible
decimals
parts
loggers
closed
"""

import contextvars
import decimal
import logging
import socket
import sqlite3
import subprocess
from contextvars import ContextVar, copy_context
from gc import get_referents

from point import here

depth = ContextVar("depth", default=0)
request = ContextVar("request")


class Request:
    def __enter__(self):
        self.token = request.set(self)
        return self

    def __exit__(self, *_):
        request.reset(self.token)


def tokens():
    hidden = ContextVar("hidden")
    kept = [depth, depth]
    token = depth.set(1)
    inner = depth.set(2)
    first = hidden.set("a")
    here()
    assert kept[0] is kept[1] is depth and depth.get() == 2 and hidden.get() == "a"
    assert inner.old_value == 1 and inner.var is depth and token.old_value is token.MISSING
    depth.reset(inner)
    here()
    assert depth.get() == 1
    depth.reset(token)
    hidden.reset(first)
    here()
    assert depth.get() == 0 and hidden.get("none") == "none"
    for used, variable in ((token, depth), (inner, depth), (first, hidden)):
        try:
            variable.reset(used)
        except RuntimeError as problem:
            assert "already been used" in str(problem)
        else:
            raise AssertionError(used)
    again = hidden.set("b")
    here()
    hidden.reset(again)
    assert hidden not in copy_context()


def nested():
    one = Request()
    with one:
        here()
        assert request.get() is one and one.token.old_value is one.token.MISSING
        with Request() as two:
            here()
            assert request.get() is two and two.token.old_value is one
        here()
        assert request.get() is one
    here()
    assert request.get(None) is None


def contexts():
    depth.set(5)
    context = copy_context()
    depth.set(6)
    token = context.run(depth.set, 7)
    empty = contextvars.Context()
    current = get_referents(request.set(None))[0]
    here()
    assert depth.get() == 6 and context[depth] == 7 and not len(empty)
    assert depth not in empty and request not in context
    context.run(depth.reset, token)
    try:
        depth.reset(token)
    except (ValueError, RuntimeError):
        pass
    here()
    assert context[depth] == 5 and context.run(depth.get) == 5 and current[depth] == 6
    depth.set(8)
    assert current[depth] == 8


def invisible():
    ContextVar("invisible").set("value")
    here()
    found = [v for k, v in copy_context().items() if k.name == "invisible"]
    assert found == ["value"], found


def decimals():
    outer = decimal.getcontext()
    outer.prec = 10
    saved = copy_context()
    with decimal.localcontext() as inner:
        inner.prec = 4
        here()
        assert decimal.getcontext() is inner and outer.prec == 10
        assert str(decimal.Decimal(1) / 3) == "0.3333"
        with decimal.localcontext(decimal.Context(prec=6)) as third:
            traps = third.traps
            traps[decimal.Inexact] = True
            here()
            assert third.traps is traps and decimal.getcontext() is third
            try:
                decimal.Decimal(1) / 3
            except decimal.Inexact:
                pass
            else:
                raise AssertionError
        here()
        assert decimal.getcontext() is inner and inner.flags[decimal.Inexact]
        flags = inner.flags
        inner.clear_flags()
        assert not flags[decimal.Inexact]
    here()
    assert decimal.getcontext() is outer and str(decimal.Decimal(1) / 3) == "0.3333333333"
    assert saved.run(decimal.getcontext) is outer
    assert [traps[decimal.Inexact], flags[decimal.Inexact]] == [True, False]
    manager = decimal.localcontext()
    here()
    with manager as last:
        last.prec = 2
        assert decimal.getcontext() is last is not outer
    assert decimal.getcontext() is outer


def only_flags():
    return decimal.getcontext().flags, decimal.DefaultContext.traps


def parts():
    flags, traps = only_flags()
    here()
    decimal.Decimal(2) / 3
    assert flags[decimal.Inexact] and flags is decimal.getcontext().flags
    assert traps is decimal.DefaultContext.traps


class Handler(logging.Handler):
    def emit(self, record):
        logger = logging.getLogger("my")
        here()
        assert logger is logging.getLogger("my") and self in logger.handlers


def loggers():
    lg = logging.getLogger("my")
    handler = Handler()
    lg.addHandler(handler)
    lg.error("something")
    lg.removeHandler(handler)
    here()
    assert lg is logging.getLogger("my") and lg.parent is logging.root and not lg.handlers
    alone = logging.Logger("alone", 5)
    here()
    assert alone.level == 5 and alone.name == "alone" and "alone" not in lg.manager.loggerDict


def closed():
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    database.close()
    one, two = socket.socketpair()
    one.settimeout(3)
    one.close()
    two.close()
    child = subprocess.Popen(["echo", "a"], stdout=subprocess.PIPE)
    said = child.communicate()[0]
    told = repr(one)
    here()
    try:
        database.execute("select 1")
    except sqlite3.ProgrammingError as problem:
        assert "closed" in str(problem)
    assert database.row_factory is sqlite3.Row
    assert one.fileno() == -1 and repr(one) == told and one.gettimeout() == 3, one
    try:
        one.send(b"a")
    except OSError:
        pass
    one.close()
    assert (child.wait(), child.poll(), child.returncode, said) == (0, 0, 0, b"a\n")
    assert child.stdout.closed


for part in (tokens, nested, contexts, invisible, decimals, parts, loggers, closed):
    part()
    print(part.__name__)
