"""`isinstance` and `issubclass` with abstract base classes: hooks, registered classes, subclasses.

hook says True True Root:Asked
hook says False False Root:Asked
hook says NotImplemented False Root:Asked
hook says 1 __subclasshook__ must return either False, True, or NotImplemented
hook raises hook
derived True Root:Derived
registered True Root:Asked First:Asked
registered deeper True Root:Asked First:Asked Second:Asked
registered itself True Root:Asked
a subclass (True, False) 2 questions
no subclass (False, False) 3 questions
registering (True, 2) Root:Added Root:More
registering a subclass (True, 2) Root:Added Root:More
registering an abstract one (False, 3) Root:Added Added:Root Root:More
cycle Refusing to create an inheritance cycle
own subclasses True Root:Asked listing Right:Asked
no list of subclasses __subclasses__() must return a list
own check True own check Own:Asked Left:Asked
tuple True One:Asked Two:Asked
union True One:Asked Two:Asked
both abstract True Root:Branch Left:Branch
twice (False, False, False) Root:Asked First:Asked Left:Asked
runtime (True, True, False) close
"""

from abc import ABC, ABCMeta
from typing import Protocol, runtime_checkable

from point import here

noted = []


def shown(name, ask):
    noted.clear()
    try:
        answer = ask()
    except Exception as error:
        answer = error
        noted.clear()
    print(name, answer, *noted)


def make(name, says=NotImplemented, bases=(ABC,)):
    """A new abstract class each time: no answer is in a cache."""

    def hook(cls, asked):
        noted.append(f"{cls.__name__}:{asked.__name__}")
        return here(says.get(asked.__name__, NotImplemented) if type(says) is dict else says)

    return ABCMeta(name, bases, {"__subclasshook__": classmethod(hook)})


def plain(name, *bases):
    return type(name, bases, {})


for says in (True, False, NotImplemented, 1):
    shown(f"hook says {says}", lambda: issubclass(plain("Asked"), make("Root", says)))


class Raises(ABC):
    @classmethod
    def __subclasshook__(cls, asked):
        raise ValueError(here("hook"))


shown("hook raises", lambda: isinstance(5, Raises))


def derived():
    root = make("Root")
    return issubclass(ABCMeta("Derived", (root,), {}), root)


def registered(name="Asked"):
    root, asked, first = make("Root"), plain("Asked"), make("First", {"Asked": True})
    root.register(asked if name == "itself" else first)
    noted.clear()
    return issubclass(asked, root)


def registered_deeper():
    root, first = make("Root"), make("First")
    second = make("Second", {"Asked": True})  # a registry holds classes weakly
    first.register(second)
    root.register(first)
    noted.clear()
    return isinstance(plain("Asked")(), root) and second is not None


shown("derived", derived)
shown("registered", registered)
shown("registered deeper", registered_deeper)
shown("registered itself", lambda: registered("itself"))


def subclasses(says):
    """In which order they are asked, where they were made says: that is not kept."""
    root = make("Root")
    left = make("Left", says, (root,))
    right = make("Right", says, (root,))
    found = issubclass(plain("Asked"), root)
    noted[:] = [f"{len(noted)} questions"]
    return found, left is right


shown("a subclass", lambda: subclasses(True))
shown("no subclass", lambda: subclasses(NotImplemented))


def registering(says, added=plain):
    root, first = make("Root", says), added("Added")
    root.register(first)
    return issubclass(plain("More", first), root), here(len(noted))


def cycle():
    root, added = make("Root"), make("Added", {"Root": True})
    root.register(added)


shown("registering", lambda: registering(NotImplemented))
shown("registering a subclass", lambda: registering(True))
shown("registering an abstract one", lambda: registering({"More": False}, make))
shown("cycle", cycle)


def own_subclasses(kind):
    root = make("Root")

    def listing(cls):
        noted.append("listing")
        return here(kind([make("Right", True)]))

    root.__subclasses__ = classmethod(listing)
    return issubclass(plain("Asked"), root)


shown("own subclasses", lambda: own_subclasses(list))
shown("no list of subclasses", lambda: own_subclasses(tuple))


class Own(ABCMeta):
    def __subclasscheck__(cls, asked):
        noted.append("check")
        return here(super().__subclasscheck__(here(asked)))

    def __instancecheck__(cls, instance):
        noted.append("own")
        return here(super().__instancecheck__(instance))


def own_check():
    def hook(cls, asked):
        noted.append(f"{cls.__name__}:{asked.__name__}")
        return NotImplemented

    own = Own("Own", (), {"__subclasshook__": classmethod(hook)})
    left = make("Left", {"Asked": True})
    own.register(left)
    noted.clear()
    return isinstance(plain("Asked")(), own) and left is not own


def tuple_of():
    one, two, three = make("One"), make("Two", True), make("Three", True)
    return isinstance(plain("Asked")(), (int, (one, str), (two, bytes), three))


def union_of():
    one, two, three = make("One"), make("Two", True), make("Three", True)
    return issubclass(plain("Asked"), int | one | two | three)


def both_abstract():
    root = make("Root")
    left, right = make("Left", True, (root,)), make("Right", True, (root,))
    return issubclass(make("Branch"), root) and right is not left


def twice():
    """The second time the answers are in the caches."""
    root, asked = make("Root"), plain("Asked")
    left, first = make("Left", bases=(root,)), make("First")
    root.register(first)
    noted.clear()
    return issubclass(asked, root), issubclass(asked, root), left is first


@runtime_checkable
class Closes(Protocol):
    def close(self):
        pass


class Closing:
    def __getattr__(self, name):
        noted.append(name)
        return here(name)

    def close(self):
        pass


class Close(type):
    def __instancecheck__(cls, instance):
        noted.append("close")
        return here(True)


def runtime():
    class Marked(Closes, Protocol, metaclass=type("Both", (type(Closes),), dict(Close.__dict__))):
        pass

    return isinstance(Closing(), Closes), isinstance(5, Marked), isinstance(here(5), Closes)


shown("own check", own_check)
shown("tuple", tuple_of)
shown("union", union_of)
shown("both abstract", both_abstract)
shown("twice", twice)
shown("runtime", runtime)
