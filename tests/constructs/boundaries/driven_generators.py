"""Generators and coroutines driven by next, send, throw, close and built-in functions.

got sent resumed
1 2 resumed
end
thrown
got None resumed
got None resumed
[1, 2] 1 2
got None resumed
True {'a': 1} 1 2
('awaited', 'resumed')
[('one', 'resumed'), ('two', 'resumed')]
"""

# refused: 8-10 (list), 11-12 (sum), 13-15 (max), 18 (dict), 22-27 (the step of an asyncio task)

import asyncio

from point import here


def steps():
    try:
        got = yield here(1)
        print("got", got, here())
        yield 2
    except ValueError:
        yield here("thrown")
    finally:
        here()


generator = steps()
print(next(generator), generator.send("sent"), here())
print(next(generator, "end"))
thrown = steps()
next(thrown)
print(thrown.throw(ValueError))
thrown.close()
print(list(steps()), sum(here(number) for number in range(2)), max(steps(), key=str))
print(any(here(number) for number in [0, 1]), dict((here(key), 1) for key in "a"), *steps())


async def coroutine(name):
    here()
    await asyncio.sleep(0)
    return name, here()


async def main():
    print(await coroutine("awaited"))
    print(await asyncio.gather(coroutine("one"), coroutine("two")))


by_hand = main()
by_hand.close()
asyncio.run(main())
