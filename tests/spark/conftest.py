"""A Spark session per file, and one small demo corporation for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.sample.write import write_corporation
from pipelines.scoring import export, history, spark
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import load_well, make_workspace
from tests.support.small import no_gate

# The tests are small: Java starts in half the time when it does not optimise for long runs or verify Spark's classes.
os.environ.setdefault(
    "JAVA_TOOL_OPTIONS",
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote",
)

INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}
"""Settings with which Spark interprets a query: for a few rows, generating and compiling code takes most of the time."""


@pytest.fixture(scope="session")
def needs_spark() -> None:
    """Skip what needs Spark where it is not installed, which CI does not accept."""
    try:
        spark.check("local[2]")
    except ConfigurationError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def session(needs_spark: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Spark on this machine, with the settings that users get. Files share the Java process, which stays."""
    with spark.session("local[1]", scratch=tmp_path_factory.mktemp("spark")) as started:
        yield started


@pytest.fixture
def interpreted(session: Any) -> Iterator[Any]:
    """The same session, which interprets queries during one test."""
    before = {name: session.conf.get(name) for name in INTERPRETED}
    for name, value in INTERPRETED.items():
        session.conf.set(name, value)
    yield session
    for name, value in before.items():
        session.conf.set(name, value)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A corporation of 150 homes with 60 weeks around the leap day of 2024."""
    place = make_workspace(tmp_path_factory.mktemp("demo"))
    write_corporation(place.inbox, homes=150, weeks=60, seed=1, until=date(2024, 11, 18))
    with no_gate():
        load_well(place)
    return place


@pytest.fixture(scope="session")
def exported(demo: Workspace, tmp_path_factory: pytest.TempPathFactory) -> export.History:
    """The history of that corporation as Parquet."""
    with open_warehouse(demo, read_only=True) as con:
        return export.write(con, history.available(con), tmp_path_factory.mktemp("exported") / "history")
