"""The relay: what a program leaves behind when it moves. Same process id, a bare interpreter.

It passes stdin, signals and the size of the terminal down, and stdout and stderr up, unmixed and
unbuffered, and ends as the program ends. stdin is read only as far as the program takes it; an
output that nobody reads here any more is closed there. What the program asks of home is answered by
`pyteleport.service`, started when it is first needed.
"""

from __future__ import annotations

import os
import select
import time

from pyteleport.stage import channel
from pyteleport.stage.channel import ChannelError
from pyteleport.stage.finder import ASK_MODULES
from pyteleport.stage.link import LOST, Link, Output
from pyteleport.stage.pump import GONE, READABLE, Sink, read, wait
from pyteleport.stage.signals import FORWARDED, RELAYED, signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from pyteleport.stage.terminal import Raw

LAST_WORDS = 1.0  # seconds for a command that has lost its connection to say so
END_GRACE = 5.0  # seconds for a command to end once the program has
MOST_QUEUED = 64 << 10


def main(state: dict[str, Any]) -> NoReturn:
    """Runs the relay, and ends the process as the program ended."""
    relay = Relay(state)
    status = LOST
    try:
        status = relay.run()
    except BaseException as problem:
        # Not by a hook: in the interpreter the program was in, that may be the program's.
        text = f"pyteleport: the relay failed: {type(problem).__name__}: {problem}\n"
        os.write(2, text.encode("utf-8", "backslashreplace"))
    finally:
        relay.restore_terminal()
        os._exit(status)


class Relay:
    """State of the relay, as `depart` describes it in `state`."""

    def __init__(self, state: dict[str, Any]) -> None:
        several = len(state["links"]) > 1
        self.links = [Link(link, several) for link in state["links"]]
        self.outputs = {channel.STDOUT: Output(1), channel.STDERR: Output(2)}
        self.raw: Raw | None = None
        self.terminal = -1
        self.stdin = 0 if state["stdin"] else -1
        self.service: list[str] = state["service"]
        self.rest: bytes = state["rest"]
        self.home: tuple[int, int] | None = state["home"]
        self.asked: list[tuple[Link, bytes]] = []
        self.asking: Link | None = None
        self.questions = Sink(-1)
        self.answers = -1
        self.answer = bytearray()
        self.stopping = False
        self.status = 0
        if self.home is not None:
            for fd in self.home:
                os.set_inheritable(fd, False)
            self.questions = Sink(self.home[0])
            self.answers = self.home[1]
            os.set_blocking(self.answers, False)
        if state["terminal"]:
            self._use_terminal(state["terminal"])
        self.wake = self._catch_signals()
        for link, described in zip(self.links, state["links"], strict=True):
            self.outputs[channel.STDERR].put(None, 0, described["said"])
            if self.stdin < 0:
                link.send(channel.STDIN_END)
            self._frames(link)

    def _use_terminal(self, are: tuple[bool, bool, bool]) -> None:
        from pyteleport.stage.terminal import Raw

        # Any descriptor of the terminal will do for its output, best one that is meant for it.
        self.terminal = next(fd for fd in (1, 2, 0) if are[fd])
        self.outputs[channel.TERMINAL] = Output(self.terminal)
        if are[0]:
            self.raw = Raw(0)
            self.raw.enter()
        self._window()

    def _catch_signals(self) -> int:
        wake, wakes = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(wakes, False)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        for number in RELAYED:
            # What was ignored here (nohup) stays so.
            if number == signal.SIGCHLD or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _nothing)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        return wake

    def run(self) -> int:
        """Until every program has ended and all its output is written."""
        while any(link.up >= 0 for link in self.links) or self._unwritten():
            self._step()
        self.restore_terminal()
        for link in self.links:
            if link.pid:
                self._reap(link)
        for link in self.links:
            status = link.status or 0
            status = 128 - status if status < 0 else status
            self.status = self.status or status
        return self.status

    def _unwritten(self) -> bool:
        return any(output.sink.size for output in self.outputs.values())

    def _step(self) -> None:
        wanted = [(self.wake, select.POLLIN), (self.answers, select.POLLIN)]
        for link in self.links:
            wanted += link.wanted()
        for output in self.outputs.values():
            # Without anything to write: to hear of it when its reader goes away.
            wanted.append((output.sink.fd, select.POLLOUT if output.sink.size else 0))
        if self._may_read():
            wanted.append((self.stdin, select.POLLIN))
        if self.questions.size:
            wanted.append((self.questions.fd, select.POLLOUT))
        events = wait(wanted)
        if self.wake in events:
            for number in read(self.wake) or b"":
                self._signal(number)
        for link in self.links:
            if link.errors in events:
                self.outputs[channel.STDERR].put(None, 0, link.read_errors())
            if link.up >= 0 and link.up in events:
                self._from_link(link)
        if self.stdin >= 0 and events.get(self.stdin, 0) & READABLE and self._may_read():
            self._read_stdin()
        if self.answers >= 0 and self.answers in events:
            self._from_home()
        for kind, output in self.outputs.items():
            self._write(kind, output, events.get(output.sink.fd, 0))
        try:
            self.questions.flush()
        except OSError:
            pass  # the answers will end, too
        for link in self.links:
            link.flush()

    def _may_read(self) -> bool:
        if self.stdin < 0:
            return False
        link = self.links[0]
        if link.stdin_credit <= 0 or link.down.size > MOST_QUEUED or link.up < 0:
            return False
        return self.raw is None or self.raw.foreground()

    def _read_stdin(self) -> None:
        link = self.links[0]
        data = read(0, min(channel.LARGEST_PART, link.stdin_credit))
        if data is None:
            return
        if data:
            link.stdin_credit -= len(data)
            link.send(channel.STDIN, data)
        else:
            self.stdin = -1
            link.send(channel.STDIN_END)

    def _write(self, kind: int, output: Output, events: int) -> None:
        sink = output.sink
        if sink.fd < 0:
            return
        alive = True
        if events & select.POLLOUT and sink.size:
            alive = output.flush()
        elif events & GONE:
            # A terminal that hangs up, or a pipe without a reader.
            sink.close()
            alive = False
        if not alive and kind != channel.TERMINAL:
            number = (channel.STDOUT, channel.STDERR).index(kind) + 1
            for link in self.links:
                link.send(channel.CLOSE, bytes((number,)))

    def _from_link(self, link: Link) -> None:
        if link.read_up():
            self._frames(link)
            return
        if link.pid >= 0 and link.status == LOST and not self.stopping:
            self._lost(link)

    def _frames(self, link: Link) -> None:
        try:
            while (frame := link.frames.take()) is not None:
                self._handle(link, *frame)
        except ChannelError as problem:
            self._complain(f"what comes from {link.name} is damaged: {problem}")
            link.close()

    def _handle(self, link: Link, kind: int, payload: bytes) -> None:
        if kind in self.outputs:
            ready = link.lines(kind, payload)
            self.outputs[kind].put(link, kind, ready)
        elif kind == channel.CREDIT:
            link.stdin_credit += int.from_bytes(payload[1:], "big")
        elif kind == channel.REQUEST:
            if payload == ASK_MODULES:
                link.send(channel.ANSWER, self.rest)
            else:
                self.asked.append((link, payload))
                self._ask()
        elif kind == channel.STOPPED:
            self._stop(os.getpgrp())
        elif kind == channel.EXIT:
            link.status = int.from_bytes(payload, "big", signed=True)
            for stream, data in link.rest():
                self.outputs[stream].put(link, stream, data)
            link.close()

    def _lost(self, link: Link) -> None:
        """The channel ended without an exit status."""
        deadline = time.monotonic() + LAST_WORDS
        errors = self.outputs[channel.STDERR]
        while link.errors >= 0 and (left := deadline - time.monotonic()) > 0:
            if wait([(link.errors, READABLE)], left):
                errors.put(None, 0, link.read_errors())
        self._complain(f"lost the connection to {link.name}")

    def _complain(self, text: str) -> None:
        self.restore_terminal()
        self.outputs[channel.STDERR].put(None, 0, f"pyteleport: {text}\n".encode())

    def _signal(self, number: int) -> None:
        if number in FORWARDED:
            for link in self.links:
                link.send(channel.SIGNAL, bytes((number,)))
        elif number == signal.SIGWINCH:
            self._window()
        elif number == signal.SIGTSTP:
            for link in self.links:
                link.send(channel.SIGNAL, bytes((number,)))
                link.flush()
            self._stop(0)
        elif number == signal.SIGCONT and self.raw is not None:
            self.raw.enter()

    def _stop(self, group: int) -> None:
        """Stops this process (and its group), until somebody continues it; then the program, too."""
        if self.raw is not None:
            self.raw.leave()
        before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        if group:
            os.killpg(group, signal.SIGTSTP)
        else:
            os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, before)
        if self.raw is not None:
            self.raw.enter()
        self._window()
        for link in self.links:
            link.send(channel.SIGNAL, bytes((signal.SIGCONT,)))

    def _window(self) -> None:
        if self.terminal < 0:
            return
        from pyteleport.stage.terminal import window

        rows, columns = window(self.terminal)
        if rows and columns:
            payload = rows.to_bytes(2, "big") + columns.to_bytes(2, "big")
            for link in self.links:
                link.send(channel.WINDOW, payload)

    def _ask(self) -> None:
        """Passes the next request on, one at a time."""
        while self.asked and self.asking is None:
            link, payload = self.asked.pop(0)
            if self.answers < 0 and not self._start_service():
                self._no_answer(link)
                continue
            self.asking = link
            self.questions.put(len(payload).to_bytes(4, "big") + payload)

    def _start_service(self) -> bool:
        if not self.service:
            return False
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        try:
            os.posix_spawn(
                self.service[0],
                self.service,
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs_in, 0),
                    (os.POSIX_SPAWN_DUP2, theirs_out, 1),
                ],
                setpgroup=0,
                setsigmask=(),
                setsigdef=(signal.SIGPIPE,),
            )
        except OSError:
            os.close(ours_in)
            os.close(ours_out)
            return False
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        self.questions = Sink(ours_in)
        self.answers = ours_out
        os.set_blocking(ours_out, False)
        return True

    def _no_answer(self, link: Link) -> None:
        import marshal

        link.send(channel.ANSWER, marshal.dumps(("error", "nothing at home answers requests")))

    def _from_home(self) -> None:
        data = read(self.answers)
        if data == b"":
            self._home_gone()
            return
        answer = self.answer
        answer += data or b""
        if len(answer) < 4:
            return
        end = 4 + int.from_bytes(answer[:4], "big")
        if len(answer) >= end and self.asking is not None:
            self.asking.send(channel.ANSWER, bytes(answer[4:end]))
            self.asking = None
            answer.clear()
            self._ask()

    def _home_gone(self) -> None:
        os.close(self.answers)
        self.answers = -1
        self.questions.close()
        self.answer.clear()
        if self.home is not None:
            # The supervisor above was killed: then so is everything below.
            self.stopping = True
            for link in self.links:
                link.close()
        elif self.asking is not None:
            link, self.asking = self.asking, None
            self._no_answer(link)
            self._ask()

    def _reap(self, link: Link) -> None:
        """Waits for the target's command; what it still says is shown."""
        deadline = time.monotonic() + END_GRACE
        for number in (0, signal.SIGTERM, signal.SIGKILL):
            try:
                if number:
                    os.killpg(link.pid, number)
                    deadline = time.monotonic() + 0.5
                while True:
                    pid, _ = os.waitpid(link.pid, os.WNOHANG)
                    left = deadline - time.monotonic()
                    if pid or left <= 0:
                        break
                    for fd in wait(
                        [(self.wake, select.POLLIN), (link.errors, select.POLLIN)], left
                    ):
                        if fd == self.wake:
                            read(self.wake)
                        else:
                            self._show(link.read_errors())
                if pid:
                    break
            except (ChildProcessError, ProcessLookupError):
                break
        while link.errors >= 0 and wait([(link.errors, READABLE)], 0.0):
            self._show(link.read_errors())

    def _show(self, data: bytes) -> None:
        """The last of the command's own messages, when nothing else is written any more."""
        errors = self.outputs[channel.STDERR]
        if errors.sink.fd < 0 or not data:
            return
        try:
            os.write(errors.sink.fd, data)
        except OSError:
            pass

    def restore_terminal(self) -> None:
        if self.raw is not None:
            self.raw.leave()


def _nothing(_number: int, _frame: object) -> None:
    pass
