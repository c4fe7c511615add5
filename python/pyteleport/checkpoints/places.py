"""Where images are kept: a file, or a store.

run.tp                    a file
store://FOLDER#NAME       a store, and a name in it, of which the newest is meant
store://FOLDER#NAME:3     the third of that name
FOLDER/                   a store, and the program's name in it
"""

from __future__ import annotations

import os
import sys

from pyteleport._native import ImageProblem, ImageReader, ImageStore, ImageWriter
from pyteleport.checkpoints.keys import accepted, words
from pyteleport.errors import ImageDamaged, ImageError, NotAnImage, SealError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike

SCHEME = "store://"
TRUST = "restore only what somebody you trust has written; if so: --trust, or trust=True"
OTHER_KEY = f"add the key it was sealed with to PYTELEPORT_KEY; {TRUST}"


class File:
    """A file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __str__(self) -> str:
        return self.path

    def writer(self, manifest: str, key: str | None) -> ImageWriter:
        return ImageWriter(self.path, manifest, key)

    def reader(self, keys: list[str] | None) -> ImageReader:
        return ImageReader(self.path, keys)


class Stored:
    """A name in a store, or one image of that name."""

    def __init__(self, folder: str, name: str, number: int | None) -> None:
        self.folder = folder
        self.name = name
        self.number = number

    def __str__(self) -> str:
        number = "" if self.number is None else f":{self.number}"
        return f"{SCHEME}{self.folder}#{self.name}{number}"

    def writer(self, manifest: str, key: str | None) -> ImageWriter:
        if self.number is not None:
            raise ImageError(
                "images in a store are numbered as they come",
                str(self),
                f"leave out the number: {SCHEME}{self.folder}#{self.name}",
            )
        return ImageStore(self.folder).writer(self.name, manifest, key)

    def reader(self, keys: list[str] | None) -> ImageReader:
        store = ImageStore(self.folder)
        number = self.number
        if number is None:
            numbers = [number for name, number, _ in store.images() if name == self.name]
            if not numbers:
                raise ImageError(
                    f"the store has no image of the name {self.name!r}",
                    self.folder,
                    f"see which there are: pyteleport store ls {self.folder}",
                )
            number = max(numbers)
        return store.open(self.name, number, keys)


def place(path: str | PathLike[str]) -> File | Stored:
    """What a path or an address of a store means.

    Raises:
        TypeError: it is neither a str nor a path.
        ImageError: the address makes no sense.
    """
    text = os.fspath(path)
    if not isinstance(text, str):
        raise TypeError(f"an image's place is a str or os.PathLike, not {path!r}")
    if text.endswith("/") and not text.startswith(SCHEME):
        return Stored(text.rstrip("/") or "/", program_name(), None)
    if not text.startswith(SCHEME):
        return File(text)
    folder, mark, name = text[len(SCHEME) :].partition("#")
    if not folder:
        raise ImageError(
            f"{text!r} names no folder", "", f"write {SCHEME}FOLDER#NAME, with the store's folder"
        )
    name, colon, number = name.partition(":")
    if colon and not number.isdigit():
        raise ImageError(f"{number!r} is no number of an image", text, f"as in {SCHEME}DIR#NAME:3")
    if not mark or not name:
        name = program_name()
    return Stored(folder, name, int(number) if colon else None)


def program_name() -> str:
    """What the program is called in a store if nobody says: as its script, of what a name may have."""
    base = os.path.basename(sys.argv[0] if sys.argv else "").removesuffix(".py")
    name = "".join(c if c.isalnum() or c in "._+=@" else "-" for c in base).lstrip(".-")
    return name or "program"


def opened(where: File | Stored, trust: bool) -> ImageReader:
    """Opens an image: its head is whole, and it is sealed with a key of ours unless anybody is trusted.

    Raises:
        ImageError: as `explained`.
    """
    keys = None if trust else accepted()
    try:
        return where.reader(keys)
    except (OSError, ImageProblem) as problem:
        raise explained(where, problem, "opened") from None


def explained(
    where: File | Stored | str, problem: OSError | ImageProblem, wanted: str
) -> ImageError:
    """The error for what the native side says.

    Args:
        where: the image.
        problem: what happened.
        wanted: what it could not be: "written", "opened", "read".
    """
    text = words(problem)
    if isinstance(problem, OSError):
        hint = "make room" if wanted == "written" else "check the path"
        if wanted == "written":
            hint = "check that its folder is there, can be written to, and has room"
        return ImageError(f"the image cannot be {wanted}: {text}", str(where), hint)
    kind = problem.args[0]
    if kind == "none":
        return NotAnImage(f"this is no image: {text}", str(where), "check the path")
    if kind == "new":
        return NotAnImage(
            f"the image is too new: {text}", str(where), "install a newer pyteleport here"
        )
    if kind == "damaged":
        return ImageDamaged(
            f"the image cannot be used: {text}", str(where), "take an earlier one, or copy it anew"
        )
    if kind == "seal":
        hint = OTHER_KEY if "another key" in text else TRUST
        return SealError(f"the image is refused: {text}", str(where), hint)
    if kind == "key":
        return SealError(text, str(where), "give another key file in PYTELEPORT_KEY")
    return ImageError(text, str(where), "")
