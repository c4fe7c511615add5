"""A module for import *."""

__all__ = ["public"]
public = "public"
hidden = "hidden"
