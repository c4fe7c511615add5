"""What is sent before the image: files to send along; and, once the target has said what it lacks, packages and open files.

The latter is marshal of a dict, with its length in front; `stage.sent` takes it.
"""

from __future__ import annotations

import marshal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyteleport.graph.image import Image
    from pyteleport.stage.channel import Bytes
    from pyteleport.stage.handoff import Handoff

LOADER = "pyteleport.stage.sent:load"


def describe(manifest: dict[str, Any], image: Image, packages: str, open_files: str) -> None:
    """Says in a manifest what the program needs, for the target to look at.

    Args:
        packages, open_files: what to do about what is missing or differs there.
    """
    from pyteleport.surroundings import packages as installed

    installed.describe(manifest, image.packages, packages)
    if image.files:
        from pyteleport.surroundings import open_files as files

        files.describe(manifest, image.files, open_files)
    if manifest.get("policy") == "send" or "open" in manifest:
        manifest["then"], manifest["loader"] = manifest["loader"], LOADER


def parts(handoff: Handoff, image: Image, open_files: str) -> list[Bytes]:
    """What goes before the image, if anything does.

    Raises:
        PackagesMissing: one that is to be sent holds compiled code.
        CannotMove: an open file cannot be sent.
    """
    if "then" not in handoff.manifest:
        return []
    found: dict[str, Any] = {"packages": b"", "files": {}, "found": {}}
    if handoff.prepared["missing"]:
        from pyteleport.surroundings.package_files import pack

        found["packages"] = pack(handoff.prepared["missing"], handoff.target.name)
    if image.files:
        from pyteleport.surroundings.open_files import contents

        found["files"] = contents(handoff, image.files, open_files)
        states = handoff.prepared["open"]
        found["found"] = {key: place for key, (_, place) in states.items() if place}
    data = marshal.dumps(found)
    return [len(data).to_bytes(8, "big"), data]


def read_files(paths: list[str]) -> list[tuple[str, int, bytes]]:
    """(relative path, mode, content) of files to send along.

    Raises:
        CannotMove: a file cannot be read, or is not below the working folder.
    """
    import os

    from pyteleport.errors import CannotMove

    found = []
    for path in paths:
        relative = os.path.relpath(path)
        if relative.startswith(os.pardir + os.sep):
            raise CannotMove(
                f"the file {path!r} is not below the working folder",
                os.getcwd(),
                "give files by paths below the folder the program runs in",
            )
        try:
            with open(path, "rb") as file:
                found.append((relative, os.fstat(file.fileno()).st_mode & 0o777, file.read()))
        except OSError as problem:
            raise CannotMove(
                f"the file {path!r} to send along cannot be read: {problem.strerror}",
                os.getcwd(),
                "check the paths in files=",
            ) from None
    return found
