"""Unbound variables, and finalisers that run when the last reference goes.

unbound resumed
unbound again resumed
deleted local
after local resumed
deleted listed
after listed
deleted argument
after argument resumed
deleted kept until the return
result
deleted temporary
2
"""

from point import here


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("deleted", self.name)


def unbound():
    try:
        late
    except UnboundLocalError:
        print("unbound", here())
    late = 1
    del late
    here()
    try:
        late
    except UnboundLocalError:
        print("unbound again", here())


def finalised(argument):
    local, listed = Loud("local"), [Loud("listed")]
    here()
    del local
    print("after local", here())
    listed.pop()
    print("after listed")
    argument = None
    print("after argument", here())


def returns_then_deletes():
    kept = Loud("kept until the return")
    return here("result")


unbound()
finalised(Loud("argument"))
print(returns_then_deletes())
print(len([Loud("temporary"), here()]))
