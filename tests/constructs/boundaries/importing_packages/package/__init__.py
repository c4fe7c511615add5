from point import here

print("package begins", here())
from . import sub

print("package sees", sub.value)
