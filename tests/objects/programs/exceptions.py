"""Exceptions that are held: type, attributes, notes, cause, context, traceback.

wrapped 9
"""

import sys
import traceback

from point import here


class OwnError(Exception):
    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def fail(number):
    local = f"number {number}"
    if number == 0:
        raise OwnError(7, local)
    try:
        fail(number - 1)
    except OwnError as error:
        error.add_note(f"through {number}")
        if number == 2:
            raise RuntimeError("wrapped") from error
        raise


def caught(function, *arguments):
    try:
        function(*arguments)
    except Exception as error:
        return error


def formatted(error):
    return "".join(traceback.format_exception(error))


def group():
    raise ExceptionGroup("group", [ValueError(1), ExceptionGroup("inner", [TypeError("t")])])


def during():
    try:
        {}["k"]
    except KeyError:
        int("no number")


def of_syntax():
    compile("a = = 1", "some file", "exec")


def of_system():
    open("/no/such/file")


def of_text():
    b"\xff".decode("utf-8")


errors = [caught(fail, 3), caught(group), caught(during), caught(of_syntax), caught(of_system)]
errors += [
    caught(of_text),
    caught(getattr, [], "missing"),
    caught(next, iter(())),
    caught(exec, "undefined"),
]
before = [formatted(error) for error in errors]
details = [(type(error), error.args, str(error)) for error in errors]

for _ in range(2):
    here()
    assert [formatted(error) for error in errors] == before
    assert [(type(error), error.args, str(error)) for error in errors] == details
    own = errors[0].__cause__
    assert type(own) is OwnError and own.code == 7 and own.__notes__ == ["through 1", "through 2"]
    assert errors[0].__suppress_context__ and errors[0].__context__ is own
    assert [entry.name for entry in traceback.extract_tb(own.__traceback__)] == ["fail"] * 3
    assert isinstance(errors[2].__context__, KeyError)
    assert errors[3].lineno == 1 and errors[3].filename == "some file"
    assert errors[4].errno == 2 and errors[4].filename == "/no/such/file"
    assert errors[5].start == 0 and errors[5].object == b"\xff"
    assert errors[6].name == "missing" and errors[6].obj == []
    split = errors[1].split(TypeError)
    assert str(split[0].exceptions[0].exceptions[0]) == "t"
try:
    raise errors[0]
except RuntimeError as again:
    here()
    assert again is errors[0] and sys.exception() is again
unraised = OwnError(1, "never raised")
here()
assert unraised.__traceback__ is None and unraised.code == 1
print(details[0][2], len(before))
