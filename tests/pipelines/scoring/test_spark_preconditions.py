"""Test that a missing Spark, Java or master is reported at once; no Java runs here."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.scoring import spark
from tests.spark.cluster import free_port

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for java is a shell script")


def start(master: str = "local[2]") -> None:
    with spark.session(master, scratch=Path("unused")):
        pytest.fail("Spark must not start")


def java(home: Path, version: str) -> Path:
    """Make a JAVA_HOME whose java answers as one of some version does."""
    program = home / "bin" / "java"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{version}' >&2\n")
    program.chmod(0o755)
    return home


def test_no_pyspark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, 'openjdk version "17.0.15"')))
    for name in [name for name in sys.modules if name == "pyspark" or name.startswith("pyspark.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(ConfigurationError, match=r"not installed.*waakvlam\[spark\]"):
        start()


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ('openjdk version "11.0.22" 2024-01-16', "does not run on Java 11"),
        ('java version "1.8.0_401"', "does not run on Java 1"),
        ("no version at all", "does not run on this Java"),
    ],
)
def test_a_java_that_is_too_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, told: str):
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, version)))
    with pytest.raises(ConfigurationError, match=f"{told}.*Install Java 17"):
        start()


def test_no_java_where_java_home_points(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=f"{tmp_path}: Spark needs Java, and Java is not installed"):
        start()


def test_no_java_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ConfigurationError, match=r"Spark needs Java, and Java is not installed\..*apt-get install"
    ):
        start()


@pytest.mark.parametrize(
    "master", ["spark://127.0.0.1:{0}", "spark://127.0.0.1:{0},localhost:{0}", "spark://127.0.0.1:99999"]
)
def test_a_master_that_does_not_answer(master: str, monkeypatch: pytest.MonkeyPatch):
    limits: list[float] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        limits.append(timeout)
        return create_connection(address, timeout=timeout)

    create_connection = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(WaakvlamError, match="No master of a Spark cluster answers"):
        start(master.format(free_port()))
    assert limits == [spark.CONNECT_SECONDS] * (master.count(",") + 1), (
        "no host is waited for without a limit"
    )


@pytest.mark.parametrize(
    "master", ["", "local", "local[]", "yarn", "spark://host", "spark:host:7077", "http://host:7077"]
)
def test_a_master_of_another_kind(master: str):
    with pytest.raises(ConfigurationError, match="is not supported"):
        start(master)
