from point import here

print("sub begins", here())
from .other import one

print("sub sees other", one)
value = "sub", here()
