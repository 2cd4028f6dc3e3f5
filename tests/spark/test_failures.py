"""Test that a failure inside Spark is reported in one line and leaves no table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import ibis
import pytest

from models.card.scorecard import EXPERT, load
from pipelines.installation.errors import WaakvlamError
from pipelines.scoring import export, spark, tables
from tests.spark.test_same_answer import MANY
from tests.support.disks import small_disk

pytestmark = [pytest.mark.spark, pytest.mark.slow]


def test_a_full_disk(interpreted: Any, exported: export.History, tmp_path: Path):
    engine = spark.Spark(interpreted, exported)
    with small_disk(tmp_path / "disk") as disk:
        with pytest.raises(WaakvlamError, match="The disk is full; nothing was kept"):
            tables.write(engine, exported.available, MANY, load(EXPERT), 28, disk / "out")
        assert list(disk.iterdir()) == []


def test_an_error_of_spark_is_named_and_shows_no_value(
    interpreted: Any, exported: export.History, tmp_path: Path
):
    engine = spark.Spark(interpreted, exported)
    homes = engine.staged["huurovereenkomsten"]
    with pytest.raises(WaakvlamError) as report, spark.translated("Spark stopped"):
        engine.save(homes.select(number=homes.overeenkomst_id.cast("date")), tmp_path / "out")
    assert re.match(r"Spark stopped \(.*CAST_INVALID_INPUT.*\)\. ", str(report.value))
    assert len(str(report.value)) < 250


def test_a_history_that_changes_while_it_is_read(interpreted: Any, exported: export.History, tmp_path: Path):
    """Its files were checked when the job began; one that breaks later stops the job."""
    broken = tmp_path / "peildata"
    broken.mkdir()
    (broken / "part.parquet").write_bytes(b"PAR1 and nothing more PAR1")
    engine = spark.Spark(interpreted, exported)
    table = engine.kept(broken, engine.staged["peildata"])
    with pytest.raises(WaakvlamError, match=r"Spark stopped \(.+\)"), spark.translated("Spark stopped"):
        engine.save(table, tmp_path / "out")
    assert isinstance(table, ibis.Table)
