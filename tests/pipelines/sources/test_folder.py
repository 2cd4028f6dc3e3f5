"""Files with any name are fetched from a folder, once, as deliveries; ambiguous files are refused."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.sources import errors
from pipelines.sources.fetch import SourceReport, fetch
from pipelines.sources.files import FolderItem, Offered, offered
from tests.support.deliveries import agreement, csv_text, make_workspace, put, with_settings

TODAY = date(2026, 11, 17)
LIST = "Contract;Stand\nK1;2026-11-16\n"
PART = '[[sources.extracts]]\nextract = "huurachterstanden"\n'


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "FIRST_PAUSE", 0.0)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


def place(exports: Path, part: str, more: str = "") -> Workspace:
    source = f'[[sources]]\nname = "empire"\nkind = "folder"\nfolder = "{exports}"\n'
    return with_settings(make_workspace(exports.parent / "data"), f"{more}{source}{PART}{part}")


def write(path: Path, text: str = LIST, day: str = "2026-11-16") -> None:
    path.write_text(text, encoding="utf-8")
    moment = (date.fromisoformat(day) - date(1970, 1, 1)).days * 86_400 + 40_000
    os.utime(path, (moment, moment))


def names(workspace: Workspace) -> list[str]:
    return sorted(path.relative_to(workspace.inbox).as_posix() for path in workspace.inbox.rglob("*.*"))


def problem(reports: tuple[SourceReport, ...]) -> str:
    ((only,),) = (report.problems for report in reports)
    return only


@pytest.mark.parametrize(
    "part",
    [
        'files = "achter*.csv"',
        'files = "*"\ndate = "day"',
        'files = "*.csv"\ndate = "column"\ndate_column = "Stand"',
    ],
)
def test_a_file_is_fetched_once(exports: Path, part: str):
    workspace = place(exports, part)
    write(exports / "Achterstand 16-11-2026 (2).csv")
    write(exports / ".~lock.part")
    assert fetch(workspace, TODAY) == (SourceReport("empire", ("huurachterstanden_2026-11-16.csv",)),)
    assert fetch(workspace, TODAY) == (SourceReport("empire"),)
    assert (workspace.inbox / "huurachterstanden_2026-11-16.csv").read_text() == LIST


def test_other_content_of_the_same_day_is_a_new_version(exports: Path):
    workspace = place(exports, 'files = "*"')
    write(exports / "16-11-2026.csv")
    fetch(workspace, TODAY)
    write(exports / "16-11-2026.csv", LIST + "K2;2026-11-16\n", "2026-11-17")
    assert fetch(workspace, TODAY)[0].files == ("huurachterstanden_2026-11-16_v2.csv",)
    write(exports / "16-11-2026.csv", LIST + "K2;2026-11-16\n", "2026-11-18")  # touched, and the same
    assert fetch(workspace, TODAY)[0].files == ()


def test_a_file_that_somebody_put_there_keeps_its_name(exports: Path):
    workspace = place(exports, 'files = "*"')
    put(workspace, "huurachterstanden_2026-11-16.xlsx", b"by hand")
    write(exports / "16-11-2026.csv")
    assert fetch(workspace, TODAY)[0].files == ("huurachterstanden_2026-11-16_v2.csv",)


def test_several_files_become_one_delivery(exports: Path):
    workspace = place(exports, 'files = "*.csv"\njoin = true')
    write(exports / "noord 2026-11-16.csv", "\ufeffContract;Stand\nK1;2026-11-16")
    write(exports / "zuid 2026-11-16.csv", "\ufeffContract;Stand\r\nK2;2026-11-16\r\n")
    assert fetch(workspace, TODAY)[0].files == ("huurachterstanden_2026-11-16.csv",)
    assert (workspace.inbox / "huurachterstanden_2026-11-16.csv").read_text(encoding="utf-8-sig").split() == [
        "Contract;Stand", "K1;2026-11-16", "K2;2026-11-16",
    ]  # fmt: skip
    write(exports / "west 2026-11-16.csv", "Contract;Datum\nK3;2026-11-16\n")
    assert "columns are not those of the first" in problem(fetch(workspace, TODAY))


@pytest.mark.parametrize("join", [False, True])
@pytest.mark.dear
def test_a_second_file_of_a_day_does_not_replace_the_first(exports: Path, join: bool):
    more = "\njoin = true" if join else ""
    workspace = place(exports, f'files = "*.csv"\ndate = "column"\ndate_column = "Stand"{more}')
    write(exports / "noord.csv")
    assert fetch(workspace, TODAY)[0].files == ("huurachterstanden_2026-11-16.csv",)
    write(exports / "zuid.csv", LIST.replace("K1", "K2"))
    if join:
        assert fetch(workspace, TODAY)[0].files == ("huurachterstanden_2026-11-16_v2.csv",)
        assert (workspace.inbox / "huurachterstanden_2026-11-16_v2.csv").read_text().count("\nK") == 2
    else:
        assert "2 files have the same day" in problem(fetch(workspace, TODAY))


def test_one_export_becomes_two_deliveries(exports: Path):
    part = 'files = "*.csv"\n[[sources.extracts]]\nextract = "boekingen"\nfiles = "*.csv"'
    workspace = place(exports, part)
    write(exports / "alles 2026-11-16.csv")
    assert fetch(workspace, TODAY)[0].files == (
        "huurachterstanden_2026-11-16.csv",
        "boekingen_2026-11-16.csv",
    )


@pytest.mark.parametrize(
    ("files", "part", "says"),
    [
        ([], 'files = "*.csv"', "no file fits"),
        (["lijst.csv"], 'files = "*.csv"', "no date, or more than one"),
        (["noord 2026-11-16.csv", "zuid 2026-11-16.csv"], 'files = "*.csv"', "2 files have the same day"),
        (["a 2026-11-16.csv", "b 2026-11-16.xlsx"], 'files = "*"\njoin = true', "several kinds"),
        (
            ["a 2026-11-16.xlsx", "b 2026-11-16.xlsx"],
            'files = "*"\njoin = true',
            ".xlsx files cannot be joined",
        ),
        (["a 2026-11-16.docx"], 'files = "*"', "cannot be read"),
    ],
)
def test_what_is_doubtful_is_reported_and_not_taken(exports: Path, files: list[str], part: str, says: str):
    workspace = place(exports, part)
    for name in files:
        write(exports / name)
    assert says in problem(fetch(workspace, TODAY))
    assert names(workspace) == []


def test_a_source_that_fails_is_tried_again_and_stops_no_other(
    exports: Path, monkeypatch: pytest.MonkeyPatch
):
    pauses: list[float] = []
    monkeypatch.setattr(errors.time, "sleep", pauses.append)
    gone = f'[[sources]]\nname = "gone"\nkind = "folder"\nfolder = "{exports}/gone"\n{PART}files = "*"\n'
    workspace = place(exports, 'files = "*"', gone)
    write(exports / "2026-11-16.csv")
    first, second = fetch(workspace, TODAY)
    assert "the folder cannot be read" in first.problems[0] and len(pauses) == 2
    assert second.files == ("huurachterstanden_2026-11-16.csv",)
    content = json.loads((workspace.home / "fetched.json").read_text())
    assert [bool(source["problems"]) for source in content["sources"]] == [True, False]
    assert len(content["deliveries"][0]["sha256"]) == 64


def test_a_source_of_a_corporation_has_its_folder(exports: Path):
    source = f'[[sources]]\nname = "b"\nkind = "folder"\nfolder = "{exports}"\ncorporation = "noord"\n'
    workspace = with_settings(
        make_workspace(exports.parent / "data"),
        f'corporaties = ["noord"]\n{source}[[sources.extracts]]\nextract = "huurovereenkomsten"\nfiles = "*"',
    )
    write(exports / "2026-11-16.csv", csv_text([agreement(1)]))
    assert fetch(workspace, TODAY)[0].files == ("noord/huurovereenkomsten_2026-11-16.csv",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('kind = "folder"\n', "needs folder"),
        ('kind = "folder"\nfolder = "x"\nhost = "y"\n', "does not use host"),
        ('kind = "sftp"\nhost = "h"\nuser = "u"\nhost_key = "ssh-ed25519 AAAA"\n', "private_key, or secret"),
        ('kind = "sql"\nsecret = "postgresql://u:hunter2@h/db"\n', "does not belong in the settings"),
        ('kind = "folder"\nfolder = "x"\ncorporation = "west"\n', "names the corporation"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(tmp_path: Path, text: str, says: str):
    workspace = with_settings(make_workspace(tmp_path), f'[[sources]]\nname = "a"\n{text}{PART}files = "*"')
    with pytest.raises(ConfigurationError) as refused:
        workspace.settings  # noqa: B018
    assert says in str(refused.value) and "hunter2" not in str(refused.value)


class Untrue:
    """A server that names files with a path in them."""

    def entries(self, folder: str) -> list[FolderItem]:
        names = ("../../settings.toml", "..\\x.csv", "~$stand.csv", "Stand.CSV", "..", "dag")
        return [FolderItem(name, is_folder=name in {"..", "dag"}, size=1, changed=1) for name in names]

    def copy(self, file: Offered, target: Path) -> None:
        pytest.fail(f"{file.name} was to be listed only")


def test_a_name_that_leads_elsewhere_is_left_out():
    assert [one.name for one in offered(Untrue(), "*")] == ["Stand.CSV"]
    assert [one.name for one in offered(Untrue(), "*/*")] == ["dag/Stand.CSV"]


def test_a_folder_per_day_gives_its_date(exports: Path):
    workspace = place(exports, 'files = "export_*/stand.csv"')
    for day, folder in (
        ("09", "export_2026-11-09T0215"),
        ("16", "Export_2026-11-16T0215"),
        ("16", "old_2026-11-16"),
    ):
        (exports / folder).mkdir()
        write(exports / folder / "Stand.csv", LIST.replace("16", day))
        write(exports / folder / "other.csv")
    assert fetch(workspace, TODAY)[0].files == (
        "huurachterstanden_2026-11-09.csv",
        "huurachterstanden_2026-11-16.csv",
    )
    assert fetch(workspace, TODAY)[0].files == ()
    again = (workspace.inbox / "huurachterstanden_2026-11-09.csv").read_text()
    assert again == LIST.replace("16", "09")


def test_files_of_one_name_in_two_folders_are_joined(exports: Path):
    workspace = place(exports, 'files = "2026-11-16 */stand.csv"\njoin = true')
    for wijk in ("noord", "zuid"):
        (exports / f"2026-11-16 {wijk}").mkdir()
        write(exports / f"2026-11-16 {wijk}" / "stand.csv", LIST.replace("K1", wijk[0] * 2))
    assert fetch(workspace, TODAY)[0].files == ("huurachterstanden_2026-11-16.csv",)
    joined = (workspace.inbox / "huurachterstanden_2026-11-16.csv").read_text()
    assert "nn" in joined and "zz" in joined


@pytest.mark.parametrize("files", ["/stand.csv", "a/b/stand.csv", "dag/", "dag\\\\stand.csv"])
def test_a_pattern_that_is_no_name_is_refused(exports: Path, files: str):
    with pytest.raises(ConfigurationError, match="export_"):
        place(exports, f'files = "{files}"').settings  # noqa: B018


def test_a_damaged_list_of_what_was_fetched_is_reported(exports: Path):
    workspace = place(exports, 'files = "*"')
    (workspace.home / "fetched.json").write_text("{")
    assert "is damaged" in problem(fetch(workspace, TODAY))
