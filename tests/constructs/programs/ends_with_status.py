"""A program that ends with an exit status of its own.

in main
leaving
"""

import sys

from point import here


def main():
    print("in main")
    try:
        sys.exit(here(42))
    finally:
        print("leaving")
        here()


main()
