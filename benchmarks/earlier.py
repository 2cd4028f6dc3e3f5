"""Learn cards as an earlier commit of this program did, to compare what their lists find with what lists of today find.

The commit is checked out beside this tree, and its own code learns from the rows of today's panel.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from models.evaluate import rolling

ROOT = Path(__file__).resolve().parent.parent
COMMIT = "e1349c01"
"""The last commit before terms of a card became lines and a lead time could be chosen."""
LEARN = """
import sys
import pandas as pd
from models.card.scorecard import EXPERT, load
from models.learning.families import ranking

learned, listed, scores, weeks = sys.argv[1:]
fit = ranking(load(EXPERT), horizon_weeks=int(weeks))
model = fit(pd.read_pickle(learned), None)
pd.Series(model(pd.read_pickle(listed))).to_pickle(scores)
"""


@contextmanager
def learner(horizon_weeks: int) -> Iterator[rolling.Fit]:
    """Check out the earlier commit, and yield a fit that learns a card with its code."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        _git("worktree", "add", "--quiet", "--detach", str(tree), COMMIT)
        try:

            def fit(rows: pd.DataFrame, y: np.ndarray) -> Callable[[pd.DataFrame], np.ndarray]:
                del y  # each family of signals learns from its own outcome

                def scores(listed: pd.DataFrame) -> np.ndarray:
                    files = [Path(folder) / name for name in ("learned.pkl", "listed.pkl", "scores.pkl")]
                    rows.to_pickle(files[0])
                    listed.to_pickle(files[1])
                    command = [sys.executable, "-P", "-c", LEARN, *map(str, files), str(horizon_weeks)]
                    subprocess.run(command, cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, check=True)  # noqa: S603 - our own
                    return np.asarray(pd.read_pickle(files[2]), dtype=float)  # noqa: S301 - written just now

                return scores

            yield fit
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _git(*words: str) -> None:
    subprocess.run(["git", *words], cwd=ROOT, check=True)  # noqa: S603, S607
