"""Test that a standalone cluster writes the same tables, even if a worker is lost midway."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.installation.errors import WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.scoring import export, spark
from tests.spark.cluster import HOST, Cluster, cluster
from tests.spark.conftest import INTERPRETED
from tests.spark.test_same_answer import assert_same
from tests.support.deliveries import waakvlam

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.usefixtures("needs_spark")]
AS_OF = ("--as-of", "2024-03-31", "--as-of", "2024-11-18")
PATIENCE_SECONDS = 400


def start(place: Workspace, running: Cluster, exported: export.History, out: Path) -> subprocess.Popen[str]:
    """Start the job as a user does, in a process of its own, with a `spark-defaults.conf` as docs/scale.md says."""
    defaults = out.with_name("conf")
    defaults.mkdir()
    lines = [f"{name} {value}" for name, value in INTERPRETED.items()]
    (defaults / "spark-defaults.conf").write_text("\n".join(lines))
    words = [
        "--home",
        place.home,
        "features",
        *AS_OF,
        "--out",
        out,
        "--engine",
        "spark",
        "--master",
        running.url,
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli.app", *map(str, words), "--history", str(exported.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"SPARK_LOCAL_IP": HOST, "SPARK_CONF_DIR": str(defaults)},
    )


def test_a_worker_that_is_killed_in_the_middle_changes_nothing(
    demo: Workspace, exported: export.History, tmp_path: Path
):
    out = tmp_path / "spark"
    with cluster(tmp_path / "cluster") as running:
        job, lost = start(demo, running, exported, out), running.workers[1]
        until = time.monotonic() + PATIENCE_SECONDS
        while not lost.holds_shuffled_rows:
            assert job.poll() is None and time.monotonic() < until, "it ended without this worker"
            time.sleep(0.02)
        lost.kill()
        assert not out.exists(), "it was done already"
        _, said = job.communicate(timeout=PATIENCE_SECONDS)
    assert job.returncode == 0, said
    assert "Lost executor" in said
    assert waakvlam(demo, "features", *AS_OF, "--out", tmp_path / "duckdb").code == 0
    assert_same(out, tmp_path / "duckdb")


def test_a_cluster_without_workers_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spark, "WORKER_SECONDS", 3)
    monkeypatch.setenv("SPARK_LOCAL_IP", HOST)
    with (
        cluster(tmp_path / "cluster", workers=0) as running,
        pytest.raises(WaakvlamError, match=r"No worker took the job within 3 seconds.*1g of memory"),
        spark.session(running.url, scratch=tmp_path),
    ):
        pytest.fail("a job would wait for ever")
