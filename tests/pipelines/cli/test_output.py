"""A long run without a terminal shows that it goes on, on stderr only."""

from __future__ import annotations

import pytest

from pipelines.cli import output


def test_progress_without_a_terminal_is_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(output, "EVERY", 0)
    with output.progress(2) as report_progress:
        for name in ("a.csv", "b.csv", "c.csv"):
            report_progress(name)
    said = capsys.readouterr()
    assert said.err.splitlines() == ["1 of 2: a.csv", "2 of 2: b.csv", "3: c.csv"] and not said.out


def test_a_short_run_without_a_terminal_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(output, "EVERY", 1e9)
    with output.progress() as report_progress:
        report_progress("a.csv")
    assert capsys.readouterr().err == ""
