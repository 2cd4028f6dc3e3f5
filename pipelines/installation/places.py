"""Where the project's own files are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds `pipelines`, `models`, `data` and `docs`."""
DATA = ROOT / "data"
"""Extract contracts, code lists and presets."""
SCORECARDS = ROOT / "models" / "scorecards"
"""The cards that come with the program."""
