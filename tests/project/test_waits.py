"""Test that no test waits for ever: what it waits for is named after a limit."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tests.support import waits

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.delenv(waits.LONG, raising=False)
    monkeypatch.setattr(waits, "LIMIT", 0.2)


def test_a_command_that_does_not_end_is_named_and_ended(impatient):
    began = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired, match="sleep"):
        subprocess.run(SLEEP)
    with pytest.raises(subprocess.TimeoutExpired, match="sleep"):
        subprocess.run(SLEEP, capture_output=True)
    assert time.monotonic() - began < 30


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
