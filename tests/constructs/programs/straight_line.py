r"""Names, numbers and strings, one statement after the other.

area 12 resumed
abcab
1267650600228229401496703205376 -1.5 None True Ellipsis
b'bytes\x00' (1+2j)
None
"""

from point import here


def main():
    width = 3
    height = here(4)
    area = width * height
    print("area", area, here())
    text = "ab"
    text = text + here("c") + text
    print(text)
    big, small, nothing = 2**100, -1.5, None
    here()
    print(big, small, nothing, here(True), ...)
    data = b"bytes\x00"
    here()
    print(data, complex(1, 2))


print(main())
