"""Test that no test waits for ever: what it waits for is named after a limit."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.support import waits

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.delenv(waits.LONG, raising=False)
    monkeypatch.setattr(waits, "LIMIT", 0.2)


def test_a_command_that_does_not_end_is_named_and_ended(impatient):
    with pytest.raises(subprocess.TimeoutExpired, match="sleep"):
        subprocess.run(SLEEP)
    with pytest.raises(subprocess.TimeoutExpired, match="sleep"):
        subprocess.run(SLEEP, capture_output=True)


def test_a_child_that_does_not_end_is_killed(impatient):
    pid = os.fork()
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    with pytest.raises(waits.WaitLimitError, match=str(pid)):
        os.waitpid(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_process_that_says_nothing_is_named(impatient):
    with subprocess.Popen(SLEEP, stdout=subprocess.PIPE, text=True) as process:
        with pytest.raises(waits.WaitLimitError, match="the sleeper: no answer"):
            waits.line(process.stdout, "the sleeper")
        process.kill()


def test_an_answer_that_comes_in_time_is_given():
    pid = os.fork()
    if pid == 0:
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    said = subprocess.run(["echo", "ready"], capture_output=True, text=True)
    assert said.stdout == "ready\n"


def test_a_limit_may_be_given_by_place():
    with subprocess.Popen([sys.executable, "-c", "pass"]) as child:
        assert child.wait(60) == 0
    with subprocess.Popen([sys.executable, "-c", "print(input())"], text=True, stdin=-1, stdout=-1) as child:
        assert child.communicate("yes\n", 60)[0] == "yes\n"


def test_a_child_that_fails_before_it_is_ready_is_not_waited_for():
    ready, started = os.pipe()
    pid = os.fork()
    if pid == 0:
        os._exit(1)
    with pytest.raises(AssertionError, match="before it was ready"):
        waits.heard(ready, started)
    os.waitpid(pid, 0)


def test_a_child_that_says_nothing_is_not_waited_for(impatient):
    ready, started = os.pipe()
    with pytest.raises(waits.WaitLimitError, match="not ready"):
        waits.heard(ready, os.dup(started))
    os.close(started)


FORKS = """
import os
def test_forks():
    if (pid := os.fork()) == 0:
        raise ValueError("lost")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 70
def test_after():
    with open("ran", "a") as file:
        file.write("x")
"""


@pytest.mark.dear
def test_a_child_that_raises_does_not_run_the_next_test(tmp_path):
    (tmp_path / "conftest.py").write_text(
        "from tests.conftest import pytest_runtest_makereport\nfrom tests.support.waits import limit_waits\nlimit_waits()\n"
    )
    (tmp_path / "test_it.py").write_text(FORKS)
    own = {**os.environ, "PYTHONPATH": os.fspath(ROOT)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        os.fspath(tmp_path),
    ]
    done = subprocess.run([*command, "test_it.py"], cwd=tmp_path, env=own, capture_output=True, text=True)
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout + done.stderr
    assert "lost" in done.stderr
    assert (tmp_path / "ran").read_text() == "x"


def test_a_server_of_a_test_does_not_wait_for_who_says_nothing(monkeypatch):
    class Reads(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(TimeoutError):
                self.rfile.readline()

    assert socketserver.StreamRequestHandler.timeout == waits.CONNECTION
    monkeypatch.setattr(socketserver.StreamRequestHandler, "timeout", 0.2)
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Reads)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.create_connection(server.server_address):
        server.shutdown()
        server.server_close()  # waits for every handler
        assert server.socket.fileno() == -1, "closed while the caller still says nothing"
