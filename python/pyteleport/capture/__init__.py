"""Which frames move, and how each is taken up again.

`frames` walks the calling thread's stack into `FrameRecord`s, `plan` decides for each how it goes
on once the frame inside it has returned, `code` knows code objects (and morphs, so that a program
that moved can move again), `core` reads memory and asks the bytecode crate.
"""
