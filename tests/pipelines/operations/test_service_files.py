"""Test that systemd accepts the units, and that the Windows tasks follow the schema of the Task Scheduler."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from pipelines.operations import services
from tests.support.deliveries import make_workspace, waakvlam

NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
ORDER = {
    "Task": ("RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"),
    "RegistrationInfo": ("Author", "Description"),
    "Triggers": ("BootTrigger", "CalendarTrigger"),
    "CalendarTrigger": ("Enabled", "StartBoundary", "EndBoundary", "ScheduleByWeek", "ScheduleByMonth"),
    "BootTrigger": ("Enabled",),
    "ScheduleByWeek": ("WeeksInterval", "DaysOfWeek"),
    "ScheduleByMonth": ("DaysOfMonth", "Months"),
    "DaysOfMonth": ("Day",),
    "Principals": ("Principal",),
    "Principal": ("UserId", "RunLevel"),
    "Settings": (
        "MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries", "StartWhenAvailable",
        "ExecutionTimeLimit",
    ),
    "Actions": ("Exec",),
    "Exec": ("Command", "Arguments", "WorkingDirectory"),
}  # fmt: skip
"""The children of each element that we write, from the schema in [MS-TSCH] 2.5 (Task Scheduler 1.2)."""
DAYS = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    said = waakvlam(
        make_workspace(tmp_path / "home"), "deploy", "--systemd", tmp_path / "u", "--windows", tmp_path / "w"
    )
    assert said.code == 0, said.err
    return tmp_path


def test_every_unit_names_this_workspace_and_no_mark_is_left(folder: Path):
    units = {path.name: path.read_text(encoding="utf-8") for path in (folder / "u").iterdir()}
    assert {name.split(".")[0] for name in units} == {
        "waakvlam-server", "waakvlam-worker", "waakvlam-portal", "waakvlam-check", "waakvlam-backup",
    }  # fmt: skip
    for name, text in units.items():
        assert not re.search(r"@[A-Z]+@", text), name
        if name.endswith(".service"):
            assert f"WAAKVLAM_HOME={folder / 'home'}" in text and "ProtectSystem=strict" in text


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_accepts_the_units(folder: Path):
    units = sorted((folder / "u").iterdir())
    for unit in units:  # the programs of this environment may not be there; any program is
        text = re.sub(
            r"^(ExecStart(?:Pre)?)=\S+", r"\1=/bin/true", unit.read_text(encoding="utf-8"), flags=re.M
        )
        unit.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_a_path_that_systemd_would_misread_is_refused(tmp_path: Path):
    said = waakvlam(make_workspace(tmp_path / "with space"), "deploy", "--systemd", tmp_path / "u")
    assert said.code == 2 and "without spaces" in said.err


def test_the_windows_tasks_keep_to_the_schema(folder: Path):
    files = sorted((folder / "w").iterdir())
    assert len(files) == len(services.TASKS)
    for path in files:
        root = ET.fromstring(path.read_text(encoding="utf-8"))
        assert root.tag == f"{NAMESPACE}Task" and root.get("version") == "1.2"
        for element in root.iter():
            name = element.tag.removeprefix(NAMESPACE)
            children = [child.tag.removeprefix(NAMESPACE) for child in element]
            if name == "DaysOfWeek":
                assert set(children) <= DAYS
            elif name == "Months":
                assert len(children) == 12
            else:
                places = [ORDER.get(name, ()).index(child) for child in children]
                assert places == sorted(places), (path.name, name, children)
        ids = {one.get("id") for one in root.iter(f"{NAMESPACE}Principal")}
        assert root.find(f"{NAMESPACE}Actions").get("Context") in ids  # type: ignore[union-attr]


def test_the_words_of_a_task_are_escaped():
    task = services.Task("x", ("weekly",), "a & b", "06:00:00", "Monday")
    text = services.task_xml(task, r"C:\R&D", r"C:\w.exe")
    assert "a &amp; b" in text and '"C:\\R&amp;D"' in text
    ET.fromstring(text)
