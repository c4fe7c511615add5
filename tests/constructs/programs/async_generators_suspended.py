"""Asynchronous generators that wait in variables, and their own asend, athrow and aclose.

('got', None)
('got', 'a')
('caught', 'thrown')
echo is over
first ended
echo is over
second ended
"""

from point import here


async def echo():
    received = None
    try:
        while True:
            received = yield "got", received
            if received == "stop":
                return
    except ValueError as error:
        yield "caught", str(error)
    finally:
        print("echo is over")


def result_of(awaitable):
    """What an awaitable that waits for nothing returns."""
    try:
        awaitable.send(None)
    except StopIteration as end:
        return end.value


first = echo()
here()
print(result_of(first.__anext__()))
here()
print(result_of(first.asend("a")))
here()
print(result_of(first.athrow(ValueError("thrown"))))
here()
try:
    result_of(first.__anext__())
except StopAsyncIteration:
    print("first ended")
second = echo()
result_of(second.asend(None))
here()
result_of(second.aclose())
here()
try:
    result_of(second.__anext__())
except StopAsyncIteration:
    print("second ended")
