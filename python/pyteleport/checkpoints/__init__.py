"""Checkpoints: the program as an image, in a file, in a store, or in memory.

    if pyteleport.checkpoint("run.tp"):     # True in the run that was restored from it
        print("resumed")

`writing` makes images, `restoring` goes on with one, `resuming` is what that ends in: a fresh interpreter that
becomes the program. `manifest` is the readable part, `places` is where images are, `keys` what seals them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike
    from typing import Any, NoReturn

    from pyteleport.targets import Target

__all__ = ["Image", "checkpoint", "restore", "snapshot"]


class Image:
    """A program in memory. Made by `snapshot()` or `Image.load()`.

    Attributes:
        manifest: what the program is and was doing, as plain data; docs/image-format.md lists its fields.
    """

    def __init__(self, manifest: dict[str, Any], pieces: list[tuple[str, bytes]]) -> None:
        self.manifest = manifest
        self._pieces = pieces

    def save(self, path: str | PathLike[str]) -> None:
        """Writes the image, sealed with your key.

        Args:
            path: a file, which is replaced all at once, or a store; as for `checkpoint`.

        Raises:
            ImageError: it could not be written. What was there before is there still.
        """
        from pyteleport.checkpoints import json_text
        from pyteleport.checkpoints.writing import has_native, write_pieces

        text = json_text.write(self.manifest)
        if not has_native():
            import os

            from pyteleport.checkpoints import helping

            helping.write(os.fspath(path), text, self._pieces)
            return
        from pyteleport.checkpoints import keys, places

        write_pieces(places.place(path), text, keys.sealing(), self._pieces)

    @classmethod
    def load(cls, path: str | PathLike[str], *, trust: bool = False) -> Image:
        """Reads an image. Nothing of it is unpickled.

        Args:
            path: a file or an image in a store; as for `checkpoint`.
            trust: whether to take it whoever wrote it.

        Raises:
            ImageError: it cannot be read, is damaged, or not sealed with a key of yours.
        """
        from pyteleport.checkpoints.reading import Opened
        from pyteleport.checkpoints.writing import check_native

        check_native()
        opened = Opened(path, trust)
        return cls(opened.manifest, list(opened.pieces()))

    def __repr__(self) -> str:
        size = sum(len(piece) for _, piece in self._pieces)
        return f"<pyteleport.Image of {' '.join(self.manifest['argv'])!r}, {size} bytes>"


def checkpoint(path: str | PathLike[str]) -> bool:
    """Writes the running program to a file, and goes on.

    The image is written whole or not at all: until it is, what was there before stays. It is sealed with your key
    (see `pyteleport keygen`); `pyteleport resume` and `restore` go on with it.

    Args:
        path: a file; or a store of many images, as `"store://FOLDER#NAME"` or a path that ends in "/".

    Returns:
        False here. In a run that was restored from the image the same call returns True.

    Raises:
        CannotMove: an object, a thread or C code between two frames cannot be part of an image.
        ImageError: the image could not be written.

    Example:
        >>> import os, subprocess, sys, tempfile
        >>> program = '''
        ... import pyteleport
        ... number = 41
        ... resumed = pyteleport.checkpoint("run.tp")
        ... print(resumed, number + 1)
        ... '''
        >>> folder = tempfile.TemporaryDirectory()
        >>> def run(*command):
        ...     environment = {**os.environ, "XDG_CONFIG_HOME": folder.name}
        ...     done = subprocess.run(
        ...         [sys.executable, *command], cwd=folder.name, env=environment, stdout=-1, text=True)
        ...     return done.stdout
        >>> run("-c", program)
        'False 42\\n'
        >>> run("-m", "pyteleport", "resume", "run.tp")
        'True 42\\n'
        >>> folder.cleanup()
    """
    import sys

    from pyteleport.checkpoints import writing

    writing.write(path, sys._getframe())
    return False


def snapshot() -> Image | None:
    """The running program as an image in memory.

    Returns:
        The image. In a run that was restored from it the same call returns None.

    Raises:
        CannotMove: an object, a thread or C code between two frames cannot be part of an image.

    Example:
        >>> import subprocess, sys
        >>> program = '''
        ... import pyteleport
        ... image = pyteleport.snapshot()
        ... if image is None:
        ...     print("restored")
        ... else:
        ...     print("at line", image.manifest["frames"][0]["line"])
        ...     pyteleport.restore(image)
        ... '''
        >>> subprocess.run([sys.executable, "-c", program], stdout=-1, text=True).stdout
        'at line 3\\nrestored\\n'
    """
    import sys

    from pyteleport.checkpoints import writing

    described, image = writing.captured(sys._getframe(), None)
    try:
        # The program goes on: what is its memory now has to be copied.
        return Image(described, [(name, bytes(piece)) for name, piece in writing.pieces(image)])
    finally:
        image.release()


def restore(
    image: Image | str | PathLike[str],
    target: Target | str | None = None,
    *,
    cwd: str | PathLike[str] | None = None,
    trust: bool = False,
    timeout: float = 60.0,
) -> NoReturn:
    """Goes on with the program of an image; the program that calls this ends, as after `teleport`.

    Args:
        image: an `Image`, or the place of one, as for `checkpoint`.
        target: where to, as for `teleport`; by default in the place of this process.
        cwd: working folder there; by default the one the program had, if there is such a folder.
        trust: whether to take an image whoever wrote it.
        timeout: seconds without progress after which a target is given up.

    Raises:
        ImageError: the image cannot be read, is damaged, or not sealed with a key of yours.
        PythonMismatch, PackagesMissing: it needs another Python or other packages than are here.
        TargetError, HandoffError: as for `teleport`.

    In every case this program goes on as if the call had not been made.
    """
    from pyteleport.checkpoints import restoring

    restoring.restore(image, target, cwd, trust, timeout)
