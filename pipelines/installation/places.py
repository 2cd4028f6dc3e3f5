"""Locate the files that come with the program."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
SHIPPED = Path(str(files("pipelines"))) / "shipped"
"""Where a built wheel has its copy of `data/`, `prefect.yaml` and `requirements.lock` (`setup.py`)."""
ROOT = SHIPPED if SHIPPED.is_dir() else CLONE
"""The folder with `data/`, `prefect.yaml` and `requirements.lock`: inside the package, or the top of a clone."""
DATA = ROOT / "data"
"""Extract contracts, code lists and presets."""
LOCK = ROOT / "requirements.lock"
"""The versions with which this release was tested."""
SCORECARDS = Path(str(files("models.scorecards")))
"""The cards that come with the program."""
