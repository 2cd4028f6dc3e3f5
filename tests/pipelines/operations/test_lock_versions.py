"""Doctor compares each installed package with the line of the lock that holds for this Python."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest

from pipelines.operations import versions


@pytest.mark.parametrize(("python", "right"), [("3.11.9", "1.1"), ("3.12.1", "1.2")])
def test_a_package_is_compared_with_the_line_of_the_lock_for_this_python(
    tmp_path: Path, monkeypatch, python, right
):
    """The lock has a line of numpy for each Python, and a hash under each; what builds a wheel may differ."""
    lock = tmp_path / "requirements.lock"
    lines = "numpy==1.1 ; python_full_version < '3.12' \\\n    --hash=sha256:00\nnumpy==1.2 ; python_full_version >= '3.12' \\\n"
    lock.write_text(
        f"{lines}    --hash=sha256:00\nnot-installed==3 \\\n{versions.BUILDS}==4 \\\n    --hash=sha256:00\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(versions, "LOCK", lock)
    environment = {"python_full_version": python}
    for installed in ("1.1", "1.2"):
        monkeypatch.setattr(
            versions.importlib.metadata, "version", lambda name, version=installed: known(name, version)
        )
        said = [] if installed == right else [f"numpy {installed} (tested with {right})"]
        assert versions.different(environment) == said


def known(name: str, version: str) -> str:
    if name not in ("numpy", versions.BUILDS):
        raise importlib.metadata.PackageNotFoundError(name)
    return version
