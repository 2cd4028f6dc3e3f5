"""Print what an installation weighs, for docs/install.md: files, bytecode and tests of the largest packages.

python -m benchmarks.installed [SITE_PACKAGES]    # of the wheel and all that it requires there, without its extras
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from importlib.util import cache_from_source
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LARGEST = 15


@dataclass(frozen=True)
class Weight:
    """Bytes of a package: its files, their bytecode, and how much of both are tests."""

    name: str
    files: int = 0
    bytecode: int = 0
    tests: int = 0

    @property
    def together(self) -> int:
        """Files and bytecode."""
        return self.files + self.bytecode


def weigh(package: Distribution) -> Weight:
    """Add up the files that a package installed, and the bytecode that was compiled from them."""
    files = bytecode = tests = 0
    for path in package.files or ():
        place = Path(str(package.locate_file(path)))
        if "__pycache__" in path.parts or not place.is_file():
            continue
        compiled = Path(cache_from_source(str(place))) if place.suffix == ".py" else place.parent / "none"
        of_code = compiled.stat().st_size if compiled.is_file() else 0
        files, bytecode = files + place.stat().st_size, bytecode + of_code
        if "tests" in path.parts[:-1]:
            tests += place.stat().st_size + of_code
    return Weight(package.name, files, bytecode, tests)


def needed(wheel: str, installed: Iterable[Distribution]) -> list[Distribution]:
    """Return a package with all that it requires here; of its own extras, none."""
    present = {canonicalize_name(package.name): package for package in installed}
    seen: set[tuple[str, str]] = set()
    waiting = [(wheel, "")]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for line in present[canonicalize_name(name)].requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(wanted.name), asked) for asked in ("", *wanted.extras)]
    return [present[canonicalize_name(name)] for name in sorted({name for name, _ in seen})]


def main(folders: list[str]) -> None:
    """Print the totals and the largest packages as a table in Markdown."""
    weights = [weigh(package) for package in needed("waakvlam", distributions(path=folders))]
    every = Weight(f"all {len(weights)}", *(sum(getattr(w, of) for w in weights) for of in ("files", "bytecode", "tests")))  # fmt: skip
    largest = sorted(weights, key=lambda weight: weight.together, reverse=True)[:LARGEST]
    print("| package | files | with bytecode | of which tests |\n|---|---|---|---|")
    for package in (every, *largest):
        print(
            f"| {package.name} | {' | '.join(f'{n / 1e6:.0f}' for n in (package.files, package.together, package.tests))} |"
        )


if __name__ == "__main__":
    main(sys.argv[1:] or sys.path)
