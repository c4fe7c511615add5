"""with over the managers of the standard library, the move in the body.

open a
A resumed
close a
open b
seen inside for b
close b
open c
open d
stacked resumed
close d
called back
close c
['redirected', 'still redirected', '']
5 te resumed xt
True
"""

import contextlib
import io

from point import here


@contextlib.contextmanager
def tagged(name):
    print("open", name)
    try:
        yield name.upper()
    except ValueError as error:
        print("seen inside", error)
    finally:
        print("close", name)


def main():
    with tagged("a") as a:
        print(a, here())
    with tagged("b"):
        here()
        raise ValueError("for b")
    with contextlib.suppress(KeyError):
        here()
        {}["missing"]
    with contextlib.ExitStack() as stack:
        stack.enter_context(tagged("c"))
        stack.callback(print, "called back")
        here()
        stack.enter_context(tagged("d"))
        print("stacked", here())
    with contextlib.redirect_stdout(io.StringIO()) as text:
        print("redirected")
        here()
        print("still redirected")
    print(text.getvalue().split("\n"))
    with contextlib.suppress(ZeroDivisionError):
        here()
        print(1 / (here(1) - 1))
    with contextlib.nullcontext(5) as five, contextlib.closing(io.StringIO("text")) as file:
        print(five, file.read(2), here(), file.read())
    print(file.closed)


main()
