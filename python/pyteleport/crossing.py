"""A move from a prompt, from READY on: commit, wait for what comes of it, end the frames here.

The calling thread does all of it, at the top of the stack that has moved. It is the relay meanwhile: what
the program there prints comes out of `sys.stdout` and `sys.stderr` here, its requests are answered, and its
outcome is kept for the prompt. Ctrl-C goes to the program there, as long as the interpreter's own
handler would have raised KeyboardInterrupt; a second one ends the wait. What another signal
handler raises does that at once. Either is raised at the prompt.
"""

from __future__ import annotations

import codecs
import os
import select
import sys
import time

from pyteleport.capture import abandon
from pyteleport.errors import TargetLost, TeleportError
from pyteleport.move import flush
from pyteleport.prompts import Left, at
from pyteleport.stage import bundle, channel, home, outcome
from pyteleport.stage.channel import ChannelError
from pyteleport.stage.finder import ASK_MODULES
from pyteleport.stage.link import Link
from pyteleport.stage.pump import READABLE, read, wait
from pyteleport.stage.signals import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, NoReturn

    from pyteleport.graph.image import Image
    from pyteleport.stage.handoff import Handoff
    from pyteleport.stage.outcome import Outcome

END_GRACE = 5.0  # seconds for the command to end once the program has
LAST_WORDS = 1.0  # seconds for a command that has lost its connection to say so
LOST_HINT = "run it again, or look there for what ended it"


def cross(prompt: FrameType, handoffs: list[Handoff], images: list[Image]) -> NoReturn:
    """Commits; the frames above the prompt end here, and it gets what comes of them.

    Raises:
        HandoffError: the target has died in the meantime; the frames go on here.
    """
    (handoff,), (image,) = handoffs, images
    flush()
    here = at(prompt)
    caller = Caller(handoff)
    held = image.held
    held.keep()
    frames = abandon.Abandoned(sys._getframe(), prompt)
    try:
        handoff.write_commit(b"")
    except TeleportError:
        frames.undo()
        held.undo()
        caller.leave()
        handoff.abort()
        raise
    except BaseException as problem:  # of a signal handler: it may have been committed
        here.outcome = None, problem
    else:
        here.outcome = caller.outcome()
    caller.leave()
    held.spare()
    tracing = sys.gettrace(), sys.getprofile()
    if tracing != (None, None):
        here.tracing = tracing
        sys.settrace(None)
        sys.setprofile(None)
    raise Left


class Text:
    """An output of the program there, written to what stands for it here at the time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open = True
        self._decoder: Any = None

    def write(self, data: bytes) -> bool:
        """False where nobody takes it any more."""
        stream = getattr(sys, self.name, None)
        if not self.open or stream is None:
            return self.open
        try:
            raw = getattr(stream, "buffer", None)
            if raw is not None:
                stream.flush()
                raw.write(data)
            else:
                if self._decoder is None:
                    encoding = getattr(sys.__stdout__, "encoding", None) or "utf-8"
                    self._decoder = codecs.getincrementaldecoder(encoding)("replace")
                stream.write(self._decoder.decode(data))
            stream.flush()
        except (OSError, ValueError):
            self.open = False
        return self.open


class Caller:
    """The calling thread while it waits.

    Attributes:
        link: the channel.
    """

    def __init__(self, handoff: Handoff) -> None:
        command = handoff.command
        assert command is not None
        self._handoff = handoff
        self._command = command
        self._outputs = {channel.STDOUT: Text("stdout"), channel.STDERR: Text("stderr")}
        self._came = bytearray()
        self._outcome: bytes | None = None
        self._status: int | None = None
        self._interrupts = 0
        self._handler: Any = None
        self._wake, self._wakes = os.pipe()
        for fd in (self._wake, self._wakes):
            os.set_blocking(fd, False)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            try:
                self._handler = signal.signal(signal.SIGINT, self._interrupted)
            except ValueError:  # not the main thread: it is not interrupted
                pass

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        self._interrupts += 1
        os.write(self._wakes, b"\0")

    def outcome(self) -> Outcome:
        """Waits for the end of the program there. Raises nothing."""
        command = self._command
        state = {
            "name": self._handoff.target.name, "pid": command.pid, "down": command.down,
            "up": command.up, "errors": command.errors, "pending": self._handoff.frames.pending,
        }  # fmt: skip
        link = Link(state, False)
        try:
            self._serve(link)
            come = self._ended(link)
        except ChannelError as problem:
            come = None, _lost(f"what comes from there is damaged ({problem})", link.name)
        except BaseException as problem:
            come = None, problem
        link.close()
        command.down = command.up = -1
        command.errors = link.errors
        return come

    def leave(self) -> None:
        """Ends what is left of the target's command, and puts the signal handler back."""
        try:
            self._command.end(END_GRACE)
        finally:
            if self._handler is not None:
                signal.signal(signal.SIGINT, self._handler)
                self._handler = None
            for fd in (self._wake, self._wakes):
                os.close(fd)

    def _serve(self, link: Link) -> None:
        self._say(bytes(self._handoff.errors))
        link.send(channel.STDIN_END)
        while link.up >= 0:
            self._frames(link)
            if link.up < 0:
                break
            link.flush()
            events = wait([*link.wanted(), (self._wake, select.POLLIN)])
            if self._wake in events:
                read(self._wake)
                if self._interrupts > 1:
                    raise KeyboardInterrupt
                link.send(channel.SIGNAL, bytes((signal.SIGINT,)))
            if link.errors >= 0 and link.errors in events:
                self._say(link.read_errors())
            if link.up in events:
                link.read_up()

    def _say(self, data: bytes) -> None:
        """What the command itself says, beside the program."""
        if data:
            self._outputs[channel.STDERR].write(data)

    def _frames(self, link: Link) -> None:
        while (frame := link.frames.take()) is not None:
            kind, payload = frame
            if kind in self._outputs:
                if self._outputs[kind].write(payload):
                    link.credit(kind, len(payload))
                else:
                    number = (channel.STDOUT, channel.STDERR).index(kind) + 1
                    link.send(channel.CLOSE, bytes((number,)))
            elif kind == channel.REQUEST:
                link.send(channel.ANSWER, self._answer(payload))
            elif kind == channel.EXIT:
                self._status = int.from_bytes(payload, "big", signed=True)
                link.close()
            elif kind != channel.CREDIT:
                raise ChannelError(f"a frame of type {kind:#x} out of turn")

    def _answer(self, payload: bytes) -> bytes:
        if payload.startswith(outcome.MARK):
            start = len(outcome.MARK) + 1
            self._came += payload[start:]
            if payload[start - 1 : start] == outcome.LAST:
                self._outcome = bytes(self._came)
            return b""
        if payload == ASK_MODULES:
            return bundle.rest()
        if home.descriptors() is not None:
            return home.request(payload)
        from pyteleport.graph.modules import package_folders
        from pyteleport.service import answer

        return answer(payload, package_folders())

    def _ended(self, link: Link) -> Outcome:
        if self._outcome is not None:
            return outcome.read(self._outcome, link.name)
        if self._interrupts:
            return None, KeyboardInterrupt()
        if self._status is None:
            what = "the connection was lost"
            deadline = time.monotonic() + LAST_WORDS
            while link.errors >= 0 and (left := deadline - time.monotonic()) > 0:
                if wait([(link.errors, READABLE)], left):
                    self._say(link.read_errors())
        elif self._status < 0:
            what = f"the process was killed by signal {-self._status}"
        else:
            what = f"the process ended with exit status {self._status}"
        return None, _lost(what, link.name)


def _lost(what: str, where: str) -> TargetLost:
    return TargetLost(f"{what} before the prompted function had returned", where, LOST_HINT)
