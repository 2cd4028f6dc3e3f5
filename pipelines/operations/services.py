"""Write service files that start Waakvlam at boot and on time: systemd units, and tasks for the Windows Task Scheduler."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import escape

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace


def systemd(workspace: Workspace, folder: Path, *, user: str | None = None) -> list[Path]:
    """Write the systemd units of this installation: server, worker, portal, check and backup.

    Parameters
    ----------
    workspace : Workspace
        The installation; its folder is the only one that the units may write.
    folder : Path
        Where to write them.
    user : str, optional
        The account that runs them; default the present user.

    Returns
    -------
    list of Path
        The units.

    Raises
    ------
    ConfigurationError
        A path has a character that systemd would read as something else.
    """
    home = str(workspace.home.resolve())
    values = {"@HOME@": home, "@BIN@": str(Path(sys.executable).parent), "@USER@": user or getpass.getuser()}
    for value in values.values():
        if any(character in " %\"'\\" for character in value):
            raise ConfigurationError(
                "systemd cannot use this path.", where=value, mend="Use a path without spaces."
            )
    written = []
    for template in sorted((files("pipelines.operations") / "systemd").iterdir(), key=lambda unit: unit.name):
        text = template.read_text(encoding="utf-8")
        for mark, value in values.items():
            text = text.replace(mark, value)
        write_text(folder / template.name, text)
        written.append(folder / template.name)
    return written


@dataclass(frozen=True)
class Task:
    """A task of the Windows Task Scheduler: a command on a day and at a time; without a time, at the start of Windows.

    Parameters
    ----------
    name : str
        Name of the task and of its file.
    words : sequence of str
        The command, after `waakvlam`.
    about : str
        Description in the Task Scheduler.
    at : str
        Local time, such as "06:00:00".
    day : str
        Day of the week in English, or "1" for the first of each month.
    """

    name: str
    words: Sequence[str]
    about: str
    at: str = ""
    day: str = ""


TASKS = (
    Task("weekly", ("weekly", "--top", "0"), "The list for Monday morning", "06:00:00", "Monday"),
    Task("check", ("status", "--tell"), "Check that the list was made", "08:00:00", "Monday"),
    Task("backup", ("backup", "backups"), "Back up the stores", "04:00:00", "Tuesday"),
    Task("retention", ("retention",), "Delete data past its retention period", "20:00:00", "1"),
    Task("portal", ("portal",), "The portal on 127.0.0.1"),
)


def windows_tasks(
    workspace: Workspace, folder: Path, program: str = r"C:\waakvlam\.venv\Scripts\waakvlam.exe"
) -> list[Path]:
    """Write a file per task, to import with `schtasks /Create /XML FILE /TN NAME`; see `systemd` for the parameters."""
    written = []
    for task in TASKS:
        path = folder / f"waakvlam-{task.name}.xml"
        write_text(path, task_xml(task, str(workspace.home), program))
        written.append(path)
    return written


def task_xml(task: Task, home: str, program: str) -> str:
    """Return a task as XML of Task Scheduler's schema 1.2; elements are in the order that the schema requires."""
    words = escape(" ".join(["--home", f'"{home}"', *task.words]))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>Waakvlam</Author>
    <Description>{escape(task.about)}</Description>
  </RegistrationInfo>
  <Triggers>
{_trigger(task)}
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>S-1-5-19</UserId>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>{"PT6H" if task.at else "PT0S"}</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{words}</Arguments>
      <WorkingDirectory>{escape(home)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def _trigger(task: Task) -> str:
    if not task.at:
        return "    <BootTrigger>\n      <Enabled>true</Enabled>\n    </BootTrigger>"
    months = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December")  # fmt: skip
    if task.day.isdigit():
        named = "".join(f"<{month} />" for month in months)
        when = f"<ScheduleByMonth><DaysOfMonth><Day>{task.day}</Day></DaysOfMonth><Months>{named}</Months></ScheduleByMonth>"
    else:
        when = f"<ScheduleByWeek><WeeksInterval>1</WeeksInterval><DaysOfWeek><{task.day} /></DaysOfWeek></ScheduleByWeek>"
    return (
        "    <CalendarTrigger>\n"
        f"      <StartBoundary>2026-01-01T{task.at}</StartBoundary>\n"
        f"      {when}\n    </CalendarTrigger>"
    )
