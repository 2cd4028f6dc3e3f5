"""Run the expressions on Spark, on this machine or on a standalone cluster. Only this module imports pyspark.

Ibis compiles the expressions to Spark SQL, which runs inside Spark. No row passes through Python, so a worker needs
Java and Spark only. A worker may fail at any moment, because Spark can recompute everything from the exported history.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from pipelines.installation import extras
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.scoring import export
from pipelines.scoring.export import History

JAVA = 17
"""The oldest Java that Spark 4 runs on."""
MASTER = re.compile(r"local\[(?:\d+|\*)\]|spark://(?P<hosts>[\w.-]+:\d+(?:,[\w.-]+:\d+)*)")
CONNECT_SECONDS = 5
WORKER_SECONDS = 60
ROWS_PER_PARTITION = 500_000
FIXED = {
    "spark.app.name": "waakvlam",
    "spark.sql.session.timeZone": "UTC",  # days are counted from midnight to midnight; no clock changes
    "spark.sql.ansi.enabled": "true",  # a value that does not fit is an error, never silently NULL
    "spark.sql.caseSensitive": "false",  # as in DuckDB
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.catalogImplementation": "in-memory",  # no Hive
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",  # DuckDB wrote the files: one calendar
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.io.encryption.enabled": "true",  # what is spilled or shuffled to disk
    "spark.eventLog.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
"""Settings that make Spark on this machine listen on the loopback address only."""


class Spark:
    """An engine that runs in a Spark session on an exported history; see `pipelines.scoring.tables.Engine`."""

    name = "spark"

    def __init__(self, session: Any, exported: History) -> None:
        self.session = session
        partitions = sum(exported.rows.values()) // ROWS_PER_PARTITION
        session.conf.set(
            "spark.sql.shuffle.partitions", max(partitions, session.sparkContext.defaultParallelism)
        )
        self.staged: Mapping[str, ir.Table] = {
            name: self._view(name, exported.folder / name, schema)
            for name, schema in export.schemas().items()
        }

    def parts(self, as_of: Sequence[date]) -> list[list[date]]:
        """Compute all dates together, because Spark divides the work and bounds its memory by itself."""
        return [sorted(set(as_of))]

    def save(self, expression: ir.Table, folder: Path, part: int = 0) -> None:
        """Write Parquet files; there is only one part."""
        del part
        self.session.sql(ibis.pyspark.compile(expression)).write.parquet(folder.absolute().as_uri())

    def kept(self, folder: Path, like: ir.Table, part: int = 0) -> ir.Table:
        """Read the files back."""
        del part
        return self._view(folder.name, folder, like.schema())

    def count(self, table: ir.Table) -> int:
        """Count the rows of a table."""
        return int(self.session.table(table.get_name()).count())

    def _view(self, name: str, folder: Path, schema: Any) -> ir.Table:
        """Register a folder of Parquet files as a view; no types are guessed from their paths."""
        from ibis.backends.pyspark.datatypes import PySparkSchema

        reader = self.session.read.schema(PySparkSchema.from_ibis(schema)).option("recursiveFileLookup", True)
        reader.parquet(folder.absolute().as_uri()).createOrReplaceTempView(name)
        return ibis.table(schema, name=name)


@contextmanager
def session(master: str, *, scratch: Path, memory: str = "1g") -> Iterator[Any]:
    """Start a Spark session, and stop it when the block ends.

    Parameters
    ----------
    master : str
        ``local[n]`` for n cores of this machine, or ``spark://host:port`` for a standalone cluster.
    scratch : Path
        Folder for encrypted temporary files of Spark on this machine; cluster workers use their own.
    memory : str
        Memory for Java on this machine, in Spark's notation ("4g").

    Raises
    ------
    ConfigurationError
        pyspark or Java is missing, Java is too old, or the master has an unknown form.
    WaakvlamError
        The master cannot be reached, no worker takes the job, or Spark fails during the job. The error has only the
        name of Spark's problem, because Spark's messages can contain values.
    """
    pyspark_session = check(master)
    local = {"spark.local.dir": str(scratch.absolute()), **LOOPBACK} if master.startswith("local") else {}
    builder = pyspark_session.builder.master(master)
    for name, value in {**FIXED, **local, "spark.driver.memory": memory}.items():
        builder = builder.config(name, value)
    with translated("Spark does not start"):
        started = builder.getOrCreate()
    try:
        _await_workers(started, master)
        with translated("Spark stopped"):
            yield started
    finally:
        started.stop()


def check(master: str) -> Any:
    """Check that Spark can start, and return the class `SparkSession`. Raises the same errors as `session`."""
    _reach(master)
    _java()
    return _pyspark()


def _pyspark() -> Any:
    try:
        with warnings.catch_warnings():
            # pyspark warns about pandas 3, which matters only when rows pass through pandas.
            warnings.simplefilter("ignore", FutureWarning)
            from pyspark.sql import SparkSession

            ibis.pyspark.compile  # noqa: B018 - loads the compiler
    except ImportError:
        raise ConfigurationError("Spark is not installed.", mend=extras.mend("spark")) from None
    return SparkSession


def _java() -> None:
    """Check the version of the Java that Spark will start, because Spark's own message names neither."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    mend = f"Install Java {JAVA} or newer (Debian: `apt-get install openjdk-17-jre-headless`), or set JAVA_HOME to it."
    if java is None:
        raise ConfigurationError("Spark needs Java, and Java is not installed.", where=home or "", mend=mend)
    result = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    version = re.search(r'version "(\d+)', result.stderr)
    if version is None or int(version[1]) < JAVA:
        present = f"Java {version[1]}" if version else "this Java"
        raise ConfigurationError(f"Spark does not run on {present}.", where=java, mend=mend)


def _reach(master: str) -> None:
    """Check that a master listens, because Spark tries for a minute and then reports only a stopped context."""
    form = MASTER.fullmatch(master)
    if form is None:
        raise ConfigurationError(
            f"--master {master} is not supported.", mend="Use local[2] or spark://host:7077."
        )
    places = form["hosts"].split(",") if form["hosts"] else []
    if places and not any(_listens(*place.split(":")) for place in places):
        raise WaakvlamError(
            "No master of a Spark cluster answers.", where=master, mend="Start it, or use local[2]."
        )


def _listens(host: str, port: str) -> bool:
    try:
        socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS).close()
    except (OSError, OverflowError):
        return False
    return True


def _await_workers(started: Any, master: str) -> None:
    """Wait for the first worker, because a job without workers would wait for ever.

    Raises
    ------
    WaakvlamError
        No worker registered within `WORKER_SECONDS`.
    """
    if master.startswith("local"):
        return
    tracker = started.sparkContext._jsc.sc().statusTracker()
    until = time.monotonic() + WORKER_SECONDS
    while len(tracker.getExecutorInfos()) < 2:  # the driver counts as one
        if time.monotonic() > until:
            memory = started.conf.get("spark.executor.memory", "1g")
            raise WaakvlamError(
                f"No worker took the job within {WORKER_SECONDS} seconds.",
                where=master,
                mend=f"Start workers with {memory} of memory free.",
            )
        time.sleep(0.2)


@contextmanager
def translated(problem: str) -> Iterator[None]:
    """Translate errors of Spark into a WaakvlamError with the name of the problem only."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        name = error.getCondition() if isinstance(error, PySparkException) else None
        if name is None:
            name = (
                ", ".join(dict.fromkeys(re.findall(r"\b[A-Z]\w+(?:Exception|Error)\b", str(error))))
                or "no reason given"
            )
        raise WaakvlamError(
            f"{problem} ({name}).",
            mend="Read Spark's own lines above, and on a cluster the logs of the workers.",
        ) from None
