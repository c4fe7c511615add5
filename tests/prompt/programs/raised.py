"""What a prompted function raises comes back.

ValueError there ['note'] ['<module>', 'prompted', 'fails', 'deeper']
lines of the frames there [True, True]
its cause KeyError 'cause' True
its context OSError inner RuntimeError outer
handled here is None
mine True 7 [1, 2]
SystemExit 3
StopIteration 5 None
KeyboardInterrupt
a group ['ValueError', 'TypeError']
caught there 1
raised again KeyError again
not copied: OutcomeError True True
no result: OutcomeError a result of type socket.socket cannot be brought back
not here: Vanished is what it raised True
ended: the process ended with exit status 4 before the prompted function had returned
killed: the process was killed by signal 9 before the prompted function had returned
refused: CannotMove the result is as before
the same Boom True
no generators: TypeError
"""

import os
import signal
import socket
import sys
import traceback

import pyteleport


def away():
    before = os.getpid()
    pyteleport.teleport("local")
    assert os.getpid() != before


def caught(function, *arguments):
    try:
        pyteleport.prompt(function)(*arguments)
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def fails():
    away()

    def deeper():
        error = ValueError("there")
        error.add_note("note")
        raise error

    deeper()


try:
    pyteleport.prompt(fails)()
except ValueError as error:
    frames = [entry.name for entry in traceback.extract_tb(error.__traceback__)]
    print("ValueError", error, error.__notes__, frames)
    walked = list(traceback.walk_tb(error.__traceback__))[2:]
    print("lines of the frames there", [frame.f_lineno == line for frame, line in walked])


def causes():
    try:
        away()
        raise KeyError("cause")
    except KeyError as cause:
        raise ValueError from cause


error = caught(causes)
print("its cause", type(error.__cause__).__name__, error.__cause__, error.__suppress_context__)


def contexts():
    try:
        raise OSError("inner")
    except OSError:
        away()
        raise ValueError


try:
    raise RuntimeError("outer")
except RuntimeError:
    try:
        pyteleport.prompt(contexts)()
    except ValueError as error:
        one = error.__context__
        two = one.__context__
        print("its context", type(one).__name__, one, type(two).__name__, two)
print("handled here is", sys.exc_info()[1])


class Mine(Exception):
    def __init__(self, number, *, extra):
        super().__init__(f"number {number}")
        self.number = number
        self.extra = extra


def mine():
    away()
    raise Mine(7, extra=[1, 2])


error = caught(mine)
print("mine", type(error) is Mine, error.number, error.extra)


def ends():
    away()
    sys.exit(3)


print("SystemExit", caught(ends).code)


def stops(moves):
    if moves:
        away()
    raise StopIteration(5 if moves else None)


print("StopIteration", caught(stops, True).value, caught(stops, False).value)


def interrupted():
    away()
    raise KeyboardInterrupt


print(type(caught(interrupted)).__name__)


def group():
    away()
    raise ExceptionGroup("several", [ValueError(1), TypeError(2)])


print("a group", [type(error).__name__ for error in caught(group).exceptions])


@pyteleport.prompt
def catches():
    try:
        away()
        raise ValueError
    except ValueError:
        return 1


print("caught there", catches())


def again():
    try:
        raise KeyError("again")
    except KeyError:
        away()
        raise


error = caught(again)
print("raised again", type(error).__name__, error.args[0])


class Holding(Exception):
    pass


def holding():
    away()
    raise Holding(socket.socket())


error = caught(holding)
print("not copied:", type(error).__name__, "Holding" in str(error), "in holding" in error.trace)


def no_result():
    away()
    return [{"x": socket.socket()}]


@pyteleport.prompt
def no_socket():
    away()
    return socket.socket()


try:
    no_socket()
except pyteleport.OutcomeError as error:
    print("no result:", type(error).__name__, error.what.partition(":")[0])
assert "the result -> [0] -> ['x'] -> socket" in caught(no_result).where


def vanishing():
    away()
    global Vanished

    class Vanished(Exception):
        pass

    raise Vanished("gone")


error = caught(vanishing)
print("not here:", "Vanished is what it raised", "Vanished" in str(error))


def leaves():
    away()
    os._exit(4)


print("ended:", caught(leaves).what)


def is_killed():
    away()
    os.kill(os.getpid(), signal.SIGKILL)


print("killed:", caught(is_killed).what)


@pyteleport.prompt
def refused():
    held = socket.socket()
    try:
        away()
    except pyteleport.CannotMove as error:
        assert "refused() line" in error.where, error
        return type(error).__name__, held.fileno() > 0


name, same = refused()
print("refused:", name, "the result is as before" if same else "")


class Boom(Exception):
    pass


boom = Boom()


def plain():
    raise boom


print("the same Boom", caught(plain) is boom)


def generator():
    yield


async def coroutine():
    pass


for function in (generator, coroutine, 3):
    try:
        pyteleport.prompt(function)
    except TypeError:
        pass
    else:
        print("was prompted")
print("no generators: TypeError")
