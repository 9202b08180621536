"""Output of the command: Indonesian first, English beside; colours on a terminal only."""

import os
import sys
from collections.abc import Sequence

from kumkm_tablet.form import Finding


class Told(Exception):
    """A fault that the user can correct, in words."""


def say(text: str, *, colour: str = "") -> None:
    """A line on standard output."""
    coloured = colour and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    sys.stdout.write(f"\x1b[{colour}m{text}\x1b[0m\n" if coloured else text + "\n")


def good(text: str) -> None:
    """Report a success."""
    say(f"✓ {text}", colour="32")


def show(findings: Sequence[Finding], heading: str) -> None:
    """Report the findings in answers."""
    for pointer, code in findings:
        say(f"  {heading}: {pointer} {code}", colour="31" if heading.startswith("Salah") else "33")
