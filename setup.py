"""Build step: copy the files that the program reads from the top of the repository into the package.

Everything else about the package is in pyproject.toml. An editable installation reads the repository itself.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
FILES = (
    *(path for folder in ("audit", "contracts", "presets", "standards", "vera") for path in (HERE / "data" / folder).rglob("*")),
    HERE / "prefect.yaml",
    HERE / "requirements.lock",
)  # fmt: skip
"""Named by folder, because a workspace may lie in `data/` too."""


class WithShippedFiles(build_py):
    """Build the packages, and put `FILES` into `pipelines/shipped` of the wheel."""

    def run(self) -> None:
        """Build, then copy."""
        super().run()
        if self.editable_mode:
            return
        for path in FILES:
            if path.is_file():
                copy = Path(self.build_lib) / "pipelines" / "shipped" / path.relative_to(HERE)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


setup(cmdclass={"build_py": WithShippedFiles})
