"""Imports a module of its own, and one of the library whose lines are no points."""

import colorsys

import mixed_numbers

print(mixed_numbers.double(2), colorsys.rgb_to_hsv(0, 0, 0))
