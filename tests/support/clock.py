"""Find the test modules that depend on the current day."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_READS = re.compile(
    r"calendar\.(today|now|this_monday)|timezone\.(now|local)|datetime\.now|time\.time\(|factories|waakvlam\("
)


@cache
def reads_the_clock(module: Path) -> bool:
    """Return whether the tests of a module, or the commands and pages that they call, read the current day."""
    return bool(_READS.search(module.read_text(encoding="utf-8")))
