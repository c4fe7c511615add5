"""A package."""

from . import branch
