"""A standalone Spark cluster on this machine: one master and some workers, each with files of its own.

`python -m tests.spark.cluster --memory 4g` starts one, prints its address, and runs until it is interrupted.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

HOST = "127.0.0.1"
DEPLOY = "org.apache.spark.deploy"


@dataclass(frozen=True)
class Daemon:
    """A master or worker; its executors are in its process group."""

    process: subprocess.Popen[bytes]
    folder: Path

    def kill(self) -> None:
        """End it and its executors as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    @property
    def holds_shuffled_rows(self) -> bool:
        """Whether a part of a running job is on its disk and nowhere else."""
        return any(path.stat().st_size for path in self.folder.rglob("shuffle_*.data"))


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    url: str
    workers: list[Daemon]


@contextmanager
def daemon(folder: Path, kind: str, *arguments: object) -> Iterator[Daemon]:
    """Run a master or worker until the end of the block."""
    folder.mkdir(parents=True)
    spec = find_spec("pyspark")
    assert spec and spec.origin, "pyspark is not installed"
    home = Path(spec.origin).parent
    own = {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_LOCAL_DIRS": str(folder),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                home / "bin" / "spark-class",
                f"{DEPLOY}.{kind}",
                "--host",
                HOST,
                "--webui-port",
                "0",
                *map(str, arguments),
            ],
            env=os.environ | own,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = Daemon(process, folder)
    try:
        yield started
    finally:
        if process.poll() is None:
            started.kill()


@contextmanager
def cluster(folder: Path, *, workers: int = 2, memory: str = "1g") -> Iterator[Cluster]:
    """Start a master and workers of one core each, and end them afterwards."""
    port = free_port()
    url = f"spark://{HOST}:{port}"
    with ExitStack() as stack:
        stack.enter_context(daemon(folder / "master", "master.Master", "--port", port))
        _await(port)
        arguments = ("--cores", 1, "--memory", memory)
        started = [
            stack.enter_context(
                daemon(
                    folder / f"worker-{n}",
                    "worker.Worker",
                    *arguments,
                    "--work-dir",
                    folder / f"worker-{n}" / "work",
                    url,
                )
            )
            for n in range(workers)
        ]
        yield Cluster(url, started)


def free_port() -> int:
    """Find a port that nobody listens to."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def _await(port: int) -> None:
    for _ in range(300):
        with socket.socket() as trial:
            if trial.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("The master does not listen.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", default="1g", help="of each worker")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    signal.signal(signal.SIGINT, lambda *_: sys.exit())
    with (
        tempfile.TemporaryDirectory() as folder,
        cluster(Path(folder), workers=options.workers, memory=options.memory) as result,
    ):
        workers = ", ".join(str(worker.process.pid) for worker in result.workers)
        print(f"{result.url}  (workers: process groups {workers}; ends with Ctrl-C)", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
