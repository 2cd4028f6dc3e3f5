"""Test that the audit of packages does not pass if the vulnerability database could not be asked."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VULNERABLE = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"]}


@pytest.fixture
def audit(tmp_path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec and spec.loader
    result = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(result)
    return result


@pytest.mark.parametrize(
    ("found", "why", "code", "says"),
    [
        ([{"vulns": []}, {"vulns": []}], "", 0, "No known vulnerabilities in 2 packages."),
        ([{"vulns": [VULNERABLE]}, {"vulns": []}], "", 1, "one 1.0: PYSEC-2026-1; mended in 2.0"),
        ([{"skip_reason": "not found: one"}, {"vulns": []}], "", 3, "Not audited: 1 of 2"),
        ([{"skip_reason": "not found: one"}] * 2, "", 3, "Not audited: 2 of 2"),
        ([], "no network", 3, "Not audited: 2 of 2 packages could not be looked up (no network)"),
    ],
)
def test_each_answer_has_its_own_end(
    audit, tmp_path, monkeypatch, capsys, found: list[dict[str, Any]], why: str, code: int, says: str
):
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "one==1.0 \\\n    --hash=sha256:00\ntwo==2.0 \\\n    --hash=sha256:00\n", encoding="utf-8"
    )
    report = [{"name": "one", "version": "1.0"} | one for one in found]
    monkeypatch.setattr(audit, "asked", lambda _: (report, why))
    assert audit.main(lock) == code
    assert says in capsys.readouterr().out


def test_an_audit_without_an_answer_is_reported(audit, monkeypatch, tmp_path: Path):
    """pip-audit is not installed beside the tests: it cannot answer here."""
    actual, why = audit.asked(tmp_path / "requirements.lock")
    assert actual == [] and "pip_audit" in why
