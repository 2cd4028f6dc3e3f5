"""Compare the installed packages with the lock of this release."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping

from packaging.requirements import Requirement

from pipelines.installation.places import LOCK

BUILDS = "setuptools"
"""In the lock to install a clone; it runs nothing, and each Python brings a version of its own."""


def different(environment: Mapping[str, str] | None = None) -> list[str]:
    """Describe each installed package whose version this release was not tested with.

    Parameters
    ----------
    environment : mapping of str to str, optional
        Markers in place of those of this machine, such as `python_full_version`.
    """
    untested = []
    for tested in _tested(environment):
        try:
            installed = importlib.metadata.version(tested.name)
        except importlib.metadata.PackageNotFoundError:
            continue  # belongs to an extra that is not installed
        if installed not in tested.specifier:
            untested.append(
                f"{tested.name} {installed} (tested with {str(tested.specifier).removeprefix('==')})"
            )
    return untested


def _tested(environment: Mapping[str, str] | None) -> list[Requirement]:
    """Return the lines of the lock that hold for this Python and this operating system."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    wanted = [
        Requirement(line.rstrip("\\ ")) for line in lines if "==" in line and not line.startswith((" ", "#"))
    ]
    return [
        requirement
        for requirement in wanted
        if requirement.name != BUILDS
        and (requirement.marker is None or requirement.marker.evaluate(dict(environment or {})))
    ]
