"""Compare the installed packages with the lock of this release."""

from __future__ import annotations

import importlib.metadata
import re

from pipelines.installation.places import LOCK


def different() -> list[str]:
    """Describe each installed package whose version is not one that this release was tested with."""
    found = []
    for name, versions in _tested().items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # only needed on another operating system
        if installed not in versions:
            found.append(f"{name} {installed} (tested with {' or '.join(versions)})")
    return found


def _tested() -> dict[str, list[str]]:
    """Return the versions of each package in the lock; some have one per version of Python."""
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^\s;\\]+)", LOCK.read_text(encoding="utf-8"), re.M):
        versions.setdefault(name, []).append(version)
    return versions
