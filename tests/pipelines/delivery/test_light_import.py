"""The gate imports Great Expectations without SciPy's statistics and Altair, which both work afterwards."""

from __future__ import annotations

import subprocess
import sys

JUDGE = """
import gc, sys
from datetime import date
from pipelines.delivery.gate import Figure, judge
figures = [Figure("rows", 5.0, 1.0, 9.0, "critical", "rows"), Figure("bad", 5.0, None, 1.0, "critical", "bad")]
print([verdict.success for verdict in judge("x", date(2026, 1, 5), figures).verdicts])
print("great_expectations.core" in sys.modules, "scipy.stats._stats_py" in sys.modules, "altair.vegalite" in sys.modules)
print(gc.isenabled(), "pyspark" in sys.modules, [type(finder).__name__ for finder in sys.meta_path].count("_LazyFinder"))
from scipy import stats
import altair
import scipy.sparse
print(stats.norm.cdf(0.0), altair.Chart.__name__, scipy.sparse.eye(2).sum())
"""


def test_the_gate_leaves_scipy_and_altair_unloaded_and_usable():
    done = subprocess.run([sys.executable, "-c", JUDGE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "[True, False]",
        "True False False",
        "True False 0",
        "0.5 Chart 2.0",
    ]
