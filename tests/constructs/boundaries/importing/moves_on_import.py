"""Imported by finalisers.py: a point in a module's body."""

from point import here

value = here("imported")
