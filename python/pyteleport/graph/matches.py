"""Match objects: the same search again, on the same string, from the same place.

Which method found a match is not kept in it, so each is tried until the groups' places agree.
"""

from __future__ import annotations

import re

from pyteleport.graph import restore
from pyteleport.graph.dumper import Dumper
from pyteleport.graph.refusals import Refusal, known_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reduce_match(dumper: Dumper, match: re.Match[Any]) -> Any:
    places = match.regs
    for method, start in (
        ("search", match.pos),
        ("match", match.pos),
        ("fullmatch", match.pos),
        ("match", match.start()),
        ("fullmatch", match.start()),
    ):
        again = getattr(match.re, method)(match.string, start, match.endpos)
        if again is not None and again.regs == places:
            return restore.call_method, (match.re, method, (match.string, start, match.endpos))
    raise Refusal(match, *(known_refusal(re.Match) or ("", "")))


def install() -> None:
    """Fills the dumper's table."""
    Dumper.reducers[re.Match] = reduce_match
