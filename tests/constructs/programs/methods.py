"""Methods of every kind, decorated, inherited and called through super.

('speak', ('rexrex', 'resumed')) 4 ('rex', 'replaced', 4)
('small', ('speak', ('puppuppup', 'resumed')), ('pup', 'resumed'))
('speak', ('rex', 'resumed')) ('speak', ('rexrex', 'resumed'))
('function', 3) function 4
True True resumed
"""

import functools

from point import here


def logged(function):
    @functools.wraps(function)
    def wrapper(*arguments, **keywords):
        result = function(*arguments, **keywords)
        return here(function.__name__), result

    return wrapper


class Animal:
    def __init__(self, name):
        self.name = name

    def speak(self, times=1):
        return self.name * times, here()

    @classmethod
    def make(cls, name):
        here()
        return cls(name)

    @staticmethod
    def legs():
        return here(4)


class Dog(Animal):
    @logged
    def speak(self, times=2):
        return super().speak(times)

    def replaces_self(self):
        legs, name = super().legs(), self.name
        self = here("replaced")
        return name, self, legs


class Puppy(Dog):
    def speak(self):
        return "small", super().speak(3), super(Dog, self).speak()


@logged
def function(value):
    return here(value)


dog = Dog.make("rex")
print(dog.speak(), Dog.legs(), dog.replaces_self())
print(Puppy("pup").speak())
bound, unbound = dog.speak, Dog.speak
here()
print(bound(1), unbound(dog))
print(function(3), function.__name__, function.__wrapped__(4))
print(bound.__self__ is dog, bound.__func__ is unbound, here())
