"""Notices that it was moved."""

import os

before = os.getpid()
print("first")
print("second" if os.getpid() == before else "moved")
