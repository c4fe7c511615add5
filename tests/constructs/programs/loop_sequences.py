"""for over list, tuple, str, bytes, bytearray, memoryview and range.

2 b 7 1 resumed
2 b 8 1 resumed
left 2 b 8 1
empty resumed
[1, 2, 3, 11]
tuple None resumed
tuple x resumed
str é resumed
str € resumed
str 𝄞 resumed
bytearray 97 resumed
bytearray 98 resumed
memoryview 99 resumed
memoryview 100 resumed
range 10 resumed
range 7 resumed
long range 1180591620717411303424 resumed
long range 1180591620717411303425 resumed
"""

from point import here


def nested():
    for number in [1, 2]:
        for letter in "ab":
            for byte in b"\x07\x08":
                for step in range(2):
                    if (number, letter, step) == (2, "b", 1):
                        print(number, letter, byte, step, here())
    print("left", number, letter, byte, step)


def empty():
    for _ in []:
        print("never")
    else:
        print("empty", here())


def changing():
    """A list that grows and shrinks under the loop."""
    numbers = [1, 2, 3]
    for number in numbers:
        here()
        if number < 3:
            numbers.append(number + 10)
        if number == 11:
            numbers.pop()
    print(numbers)


nested()
empty()
changing()
for item in (None, "x"):
    print("tuple", item, here())
for item in "é€𝄞":
    print("str", item, here())
for item in bytearray(b"ab"):
    print("bytearray", item, here())
for item in memoryview(b"cd"):
    print("memoryview", item, here())
for item in range(10, 4, -3):
    print("range", item, here())
for item in range(2**70, 2**70 + 2):
    print("long range", item, here())
