"""`python -m pyteleport`: see `pyteleport.cli`."""

from __future__ import annotations

import sys

from pyteleport.cli import main

if __name__ == "__main__":
    sys.exit(main())
