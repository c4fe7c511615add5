"""Coroutines that wait in variables when it moves, in every state they can be in.

asks enter
first entered in
asks number
first number (0, 1)
asks number
first number (1, 2)
asks exit
leaves with out KeyError
asks in handler
True False
first caught handled KeyError('first')
ends first
asks enter
cannot reuse already awaited coroutine
cannot reuse already awaited coroutine
"""

import types

from point import here


@types.coroutine
def ask(question):
    return (yield question)


class Manager:
    async def __aenter__(self):
        return await ask("enter")

    async def __aexit__(self, *details):
        print("leaves with", await ask("exit"), details[0] and details[0].__name__)


async def numbers():
    for number in range(3):
        got = await ask("number")
        yield number, got


async def talk(name):
    try:
        async with Manager() as entered:
            print(name, "entered", entered)
            async for number in numbers():
                print(name, "number", number)
                if number[0] == 1:
                    raise KeyError(name)
    except KeyError as error:
        print(name, "caught", await ask("in handler"), repr(error))
    return name


def step(coroutine, value=None):
    try:
        print("asks", coroutine.send(value))
    except StopIteration as end:
        print("ends", end.value)


first, fresh = talk("first"), talk("fresh")
step(first)
here()
step(first, "in")
here()
step(first, 1)
here()
step(first, 2)
here()
step(first, "out")
here()
print(first.cr_await is not None, first.cr_running)
step(first, "handled")
here()
step(fresh)
here()
fresh.close()
here()
for coroutine in (first, fresh):
    try:
        coroutine.send(None)
    except RuntimeError as error:
        print(error)
unstarted = talk("never started")
here()
unstarted.close()
