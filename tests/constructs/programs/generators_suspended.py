"""Generators that wait in variables when it moves, in every state they can be in.

resumed (False, False, None) (False, False, None) (False, True, None)
(1, 'a') resumed (2, 'b') []
None resumed empty empty
(0, None) resumed (1, None)
returned resumed
('caught', 'zz') resumed
('again', True) resumed
careful is over
[]
closed
('caught', 'later')
careful is over
True count count {'last': 5, 'received': None, 'number': 0}
(1, None) (2, None) True
lazy 1
lazy 2
"""

from point import here


def count(last):
    received = None
    for number in range(last):
        received = yield number, received
    return "returned"


def careful():
    try:
        yield "in try"
    except ValueError as error:
        yield "caught", str(error)
        try:
            raise
        except ValueError as again:
            yield "again", again is error
    finally:
        print("careful is over")


def state(generator):
    return generator.gi_running, generator.gi_frame is None, generator.gi_yieldfrom


fresh, started, finished = count(2), count(3), count(0)
next(started)
list(finished)
print(here(), state(fresh), state(started), state(finished))
print(started.send("a"), here(), started.send("b"), list(started))
print(started.gi_frame, here(), next(started, "empty"), next(finished, "empty"))
print(next(fresh), here(), next(fresh))
try:
    next(fresh)
except StopIteration as end:
    print(end.value, here())

closed, thrown, handling = careful(), careful(), careful()
closed.close()
next(thrown)
next(handling)
print(handling.throw(ValueError("zz")), here())
print(next(handling), here())
print(list(handling))
here()
print(next(closed, "closed"))
print(thrown.throw(ValueError("later")))
thrown.close()
here()
line = count(5)
next(line)
before = line.gi_frame.f_lineno
here()
print(line.gi_frame.f_lineno == before, line.gi_code.co_name, line.__name__, line.gi_frame.f_locals)
shared = line
here()
print(next(line), next(shared), shared is line)
lazy = (here(number) for number in [1, 2])
here()
for item in lazy:
    print("lazy", item)
