"""Coroutines that run when it moves, driven by for: await, async with, async for, comprehensions.

asked leaf
(('leaf', None), 'resumed')
asked enter
enter ('enter', None) resumed
asked leaf
managed (('leaf', None), 'resumed')
asked exit
exit ('exit', None) None resumed
asked number 0
asked in loop
got 0 resumed ('in loop', None)
asked number 1
asked in loop
got 1 resumed ('in loop', None)
no more numbers resumed
asked number 0
asked number 1
no more numbers resumed
[0, 1]
asked enter
enter ('enter', None) resumed
asked exit
exit ('exit', None) KeyError resumed
asked leaf
asked leaf
(('leaf', None), 'resumed') raised resumed
['returned'] resumed
"""

import types

from point import here

results = []


@types.coroutine
def drive(coroutine):
    """A loop over this runs the coroutine; what it awaits comes out of the loop."""
    results.append((yield from coroutine))


@types.coroutine
def ask(question):
    answer = yield question
    return question, answer


class Manager:
    async def __aenter__(self):
        print("enter", await ask("enter"), here())
        return "managed"

    async def __aexit__(self, kind, error, trace):
        print("exit", await ask("exit"), kind and kind.__name__, here())
        return kind is KeyError


async def numbers(last):
    for number in range(last):
        await ask(f"number {number}")
        here()
        yield number
    print("no more numbers", here())


async def leaf():
    return await ask("leaf"), here()


async def main():
    print(await leaf())
    async with Manager() as managed:
        print(managed, await leaf())
    async for number in numbers(2):
        print("got", number, here(), await ask("in loop"))
    print([number async for number in numbers(2) if here(True)])
    async with Manager():
        here()
        raise KeyError("swallowed")
    try:
        await leaf()
        raise ValueError("raised")
    except ValueError as error:
        print(await leaf(), error, here())
    return "returned"


for question in drive(main()):
    print("asked", question)
print(results, here())
