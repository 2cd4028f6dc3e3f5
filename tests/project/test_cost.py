"""Test that `pytest --cost` counts the processor seconds of a process that still runs, and counts them once."""

from __future__ import annotations

import subprocess
import sys

from tests.support import cost, waits

BUSY = "import time\nwhile time.process_time() < 0.5: pass\nprint('ready', flush=True)\ninput()"


def spent() -> float:
    return cost._spent() + cost._still_running()


def test_a_process_counts_while_it_runs_and_once_after_its_end():
    before = spent()
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout
        assert waits.line(process.stdout, "a busy process") == "ready\n"
        while_it_ran = spent() - before
        assert while_it_ran >= 0.4
        process.communicate("\n")
    assert while_it_ran <= spent() - before < while_it_ran + 0.5
