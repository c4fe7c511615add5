"""What athrow() and aclose() of asynchronous generators return, held before and after they are awaited.

caught ValueError('a')
RuntimeError cannot reuse already awaited aclose()/athrow()
closed
caught KeyError('b')
closed
"""

import warnings

from point import here


async def asynchronous():
    while True:
        try:
            yield 1
        except (ValueError, KeyError) as error:
            print("caught", repr(error))
        except GeneratorExit:
            print("closed")
            raise


def drive(awaitable):
    try:
        awaitable.send(None)
    except (StopIteration, StopAsyncIteration) as stop:
        return stop.value


made, other = asynchronous(), asynchronous()
drive(made.__anext__())
drive(other.__anext__())
throwing, closing = made.athrow(ValueError("a")), made.aclose()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    three = other.athrow(KeyError, KeyError("b"), None)
here()
assert drive(throwing) == 1
here()
try:
    throwing.send(None)
except RuntimeError as error:
    print(type(error).__name__, error)
drive(closing)
here()
drive(three)
three.close()
drive(other.aclose())
