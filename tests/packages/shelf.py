"""Wheels, a site-packages folder of the program's with what is in them, and venvs to move to."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pip
from harness import Python, Result, run
from packages.wheels import unpack, wheel

GREETING = {
    "greeting/__init__.py": (
        "from greeting.words import WORD\n"
        "from punctuation import mark\n"
        "class Greeter:\n"
        "    def __init__(self, name):\n"
        "        self.name = name\n"
        "    def __str__(self):\n"
        "        return f'{WORD} {self.name}{mark()}'\n"
    ),
    "greeting/words.py": "WORD = 'hello'\n",
    "greeting/later.py": "from importlib.resources import files\nTEXT = (files('greeting') / 'texts' / 'one.txt').read_text()\n",
    "greeting/texts/one.txt": "one text\n",
}
START = """
import sys
sys.path.append({site_packages!r})
"""


class Shelf:
    """Attributes:
    wheels: the folder of wheels.
    site_packages: what the program has installed.
    """

    def __init__(self, python: Python, folder: Path) -> None:
        self.python = python
        self.folder = folder
        self.wheels = folder / "wheels"
        self.site_packages = folder / "here" / "site-packages"
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.site_packages.mkdir(parents=True)
        self.add("greeting", "1.2", GREETING, ["punctuation>=1", "absent; extra == 'more'"])
        self.add("punctuation", "3.0", {"punctuation.py": "def mark():\n    return '!'\n"})

    def add(self, name: str, version: str, files: dict[str, str], requires: list[str] = []) -> None:  # noqa: B006
        unpack(wheel(self.wheels, name, version, files, requires), self.site_packages)

    def stock(self) -> str:
        """The interpreter the tested one's venv is of, which has pip and nothing else."""
        return run(self.python, "import sys; print(sys._base_executable)").stdout.strip()

    def venv(self, *wheels: Path) -> str:
        """The interpreter of another venv, with these installed."""
        folder = self.folder / "venv"
        subprocess.run([self.stock(), "-m", "venv", "--without-pip", str(folder)], check=True)
        for path in wheels:
            unpack(path, next((folder / "lib").glob("python3*/site-packages")))
        return str(folder / "bin" / "python")

    def run(self, program: str, **env: str) -> Result:
        """Runs a program that finds what is installed, on the end of its path."""
        path = self.folder / "program.py"
        path.write_text(START.format(site_packages=str(self.site_packages)) + program)
        return run(self.python, path, env={"TMPDIR": str(self.temporary), **env})

    def venv_with_pip(self, *wheels: Path) -> str:
        """As `venv`, with the pip that is here."""
        program = self.venv(*wheels)
        site_packages = next((self.folder / "venv" / "lib").glob("python3*/site-packages"))
        shutil.copytree(pip.__path__[0], site_packages / "pip")
        return program

    def offline(self) -> dict[str, str]:
        """What has pip look nowhere but among the wheels."""
        return {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_CONFIG_FILE": os.devnull,
        }
