"""Provide a disk of 64 kB in memory that a test can fill."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(at: Path, size: str = "64k") -> Iterator[Path]:
    """Mount it for the block; who may not mount has the stand-in of tests/pipelines/installation/test_files.py only."""
    at.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", at], capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("mounting a small disk needs Linux")
    if done.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield at
    finally:
        # Lazy: Java keeps the file open that it could not write.
        subprocess.run(["umount", "--lazy", at], check=True)
