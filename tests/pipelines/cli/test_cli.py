"""Test each command: its output for people and for scripts, and its exit code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.installation import calendar
from pipelines.installation.workspace import Workspace
from tests.support.deliveries import (
    Said,
    agreement,
    corporation,
    deliver,
    deliver_all,
    make_workspace,
    waakvlam,
)
from tests.support.lists import without_news

pytestmark = pytest.mark.dear

MONDAY = calendar.this_monday()
AS_OF = MONDAY.isoformat()
KEY = "7" * 64
SAMPLE = ("sample", "--homes", 80, "--weeks", 40, "--deliveries", 2, "--seed", 3)
VERBS = ("init", "sample", "check", "weekly", "score", "explain")


@pytest.fixture(scope="module", autouse=True)
def environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_KEY", KEY)
        for name in ("WAAKVLAM_HOME", "PREFECT_API_URL", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def first(tmp_path_factory, environment) -> tuple[Workspace, dict[str, Said]]:
    """Everything that a newcomer does, once: the workspace and what was said."""
    place = Workspace(tmp_path_factory.mktemp("first") / "home")
    said = {"init": waakvlam(place, "init"), "sample": waakvlam(place, *SAMPLE)}
    said["check"] = waakvlam(place, "check", place.inbox / f"huurachterstanden_{AS_OF}.csv")
    said["weekly"] = waakvlam(place, "weekly")
    said["score"] = waakvlam(place, "score", "--as-of", AS_OF, "--out", place.home / "new" / "scores.parquet")
    listed = (place.output / AS_OF / "shortlist.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    said["explain"] = waakvlam(place, "explain", listed.split(";")[-2])
    return place, said


@pytest.fixture
def place(first) -> Workspace:
    return Workspace(first[0].home)


@pytest.fixture(scope="module")
def scores(first) -> pa.Table:
    return pq.read_table(first[0].home / "new" / "scores.parquet")


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_works_and_writes_plain_text_where_there_is_no_terminal(first, verb: str):
    _, said = first
    assert (said[verb].code, said[verb].err) == (0, "" if verb != "check" else said[verb].err)
    assert said[verb].out.strip()
    assert "\x1b" not in said[verb].out + said[verb].err


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help(verb: str):
    said = waakvlam(None, verb, "--help")
    assert (said.code == 0 and said.out.startswith("\nUsage: waakvlam")) or said.out.startswith(
        "Usage: waakvlam"
    )


def test_sample_tells_what_it_wrote(first):
    place, said = first
    for extract in ("huurovereenkomsten", "huurachterstanden", "reparatieverzoeken"):
        assert extract in said["sample"].out
        assert len(list(place.inbox.glob(f"{extract}_*"))) == 2


def test_weekly_tells_deliveries_counts_and_the_top_of_the_list(first):
    place, said = first
    out = said["weekly"].out
    report = json.loads((place.output / AS_OF / "run_report.json").read_text(encoding="utf-8"))
    assert f"on the list of {AS_OF}" in out
    for entry in report["deliveries"]:
        (line,) = [text for text in out.splitlines() if entry["file"] in text and "│" in text]
        names = ("rows_read", "rows_staged", "rows_seen_before", "rows_duplicate", "rows_quarantined")
        assert [cell.strip().replace(",", "") for cell in line.split("│")][2:] == [
            str(entry[n]) for n in names
        ]
    assert "Wooncoach 1. " in out
    for name in ("shortlist.html", "shortlist.xlsx", "run_report.json", "quality.html"):
        assert name in out and (place.output / AS_OF / name).exists()


@pytest.mark.dear
def test_check_compares_with_the_register_once_it_is_loaded(tmp_path: Path):
    """Twenty unknown agreements are too many for the gate, but without a register every agreement is unknown."""
    place, day = make_workspace(tmp_path / "home"), "2026-11-16"
    arrears = {"peildatum": day, "saldo": "500,00", "oudste_vervaldatum": "2026-11-01"}
    rows = [{"overeenkomst_id": f"{n}", **arrears} for n in range(1, 21)]
    path = deliver(place, "huurachterstanden", day, rows)
    before = json.loads(waakvlam(place, "check", path, "--json").out)
    assert before["passes"] and [note for note in before["notes"] if note.startswith("No register")]

    deliver(place, "huurovereenkomsten", day, [agreement(n) for n in range(1, 21)])
    beside = json.loads(waakvlam(place, "check", path, "--json").out)
    assert not beside["passes"] and any(
        "huurovereenkomsten_2026-11-16.csv were loaded first" in n for n in beside["notes"]
    )

    waakvlam(place, "weekly", "--as-of", day)
    after = json.loads(waakvlam(place, "check", path, "--json").out)
    assert not after["passes"] and not [note for note in after["notes"] if note.startswith("No register")]
    assert "unknown_agreement.share is 1" in "".join(after["gate"])


@pytest.mark.dear
def test_json_is_the_report(place: Workspace):
    said = waakvlam(place, "weekly", "--json")
    assert json.loads(said.out) == json.loads(
        (place.output / AS_OF / "run_report.json").read_text(encoding="utf-8")
    )
    checked = json.loads(
        waakvlam(place, "check", place.inbox / f"huurachterstanden_{AS_OF}.csv", "--json").out
    )
    assert checked["passes"] and checked["loaded_before"]
    out = place.home / "again.parquet"
    scored = json.loads(waakvlam(place, "score", "--as-of", AS_OF, "--out", out, "--json").out)
    assert scored["agreements"] == pq.read_metadata(out).num_rows > 0
    assert scored["as_of"] == AS_OF and scored["refused"] == []


def test_scores_are_whole_ranks_are_unique_and_follow_the_score(scores: pa.Table):
    expected = {
        "corporatie_id": pa.string(),
        "overeenkomst_id": pa.string(),
        "score": pa.int64(),
        "rank": pa.int64(),
    }
    assert {field.name: field.type for field in scores.schema} == {
        **expected,
        "reasons": pa.list_(pa.string()),
    }
    rows = sorted(scores.to_pylist(), key=lambda row: row["rank"])
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert len({(row["corporatie_id"], row["overeenkomst_id"]) for row in rows}) == len(rows)
    assert {bool(row["reasons"]) for row in rows if row["score"] >= 5} == {True}
    assert any(row["score"] == 0 and row["reasons"] == [] for row in rows)


def test_explain_adds_up_to_the_score_of_the_list(first, place: Workspace, scores: pa.Table):
    rows = sorted(scores.to_pylist(), key=lambda row: row["rank"])
    for row in (rows[0], rows[-1]):
        said = waakvlam(place, "explain", row["overeenkomst_id"], "--as-of", AS_OF, "--json")
        (message,) = json.loads(said.out)
        assert (message["score"], message["rank"], message["reasons"]) == (
            row["score"],
            row["rank"],
            row["reasons"],
        )
        assert sum(signal["points"] or 0 for signal in message["signals"]) == row["score"]
        assert all(signal["question"] for signal in message["signals"])
    plain = first[1]["explain"].out  # the first address of the list, which is not always the first in rank
    assert re.search(r"In scope, rank [1-9]\d*\.", plain) and re.search(
        r"^Total: [1-9]\d* points", plain, re.M
    )


def test_explain_prints_the_reason_to_be_out_of_scope(place: Workspace, scores: pa.Table):
    report = json.loads((place.output / AS_OF / "run_report.json").read_text(encoding="utf-8"))
    scored = set(scores["overeenkomst_id"].to_pylist())
    outside = [f"OVK{n:07}" for n in range(1, report["counts"]["agreements"] + 1)]
    (agreement, *_) = [name for name in outside if name not in scored]
    (message,) = json.loads(waakvlam(place, "explain", agreement, "--json").out)
    assert (
        message["where"].startswith("Out of scope: ") and message["score"] is None and message["rank"] is None
    )
    assert "Not scored." in waakvlam(place, "explain", agreement).out


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes(first, tmp_path: Path, monkeypatch):
    """On a second run, and in another workspace with other threads, another key, and deliveries in order of arrival."""
    place, _ = first
    file = Path("output") / AS_OF / "shortlist.csv"
    before = (place.home / file).read_bytes()
    assert before.count(b"\r\n") > 3, "too short a list to compare"
    said = waakvlam(place, "weekly", "--top", 2)
    assert said.code == 0 and "were loaded before" in said.out
    assert "Wooncoach 2. " in said.out and "Wooncoach 3. " not in said.out
    assert (place.home / file).read_bytes() == before

    monkeypatch.setenv("WAAKVLAM_KEY", "8" * 64)
    other = Workspace(tmp_path / "other")
    waakvlam(other, "init")
    settings = (other.home / "settings.toml").read_text(encoding="utf-8")
    (other.home / "settings.toml").write_text(
        settings.replace("# threads = 2", "threads = 2"), encoding="utf-8"
    )
    waakvlam(other, *SAMPLE)
    later = [path for path in other.inbox.iterdir() if AS_OF in path.name]
    for path in later:
        path.rename(other.home / path.name)
    earlier = MONDAY - timedelta(weeks=1)
    waakvlam(other, "weekly", "--as-of", earlier)
    for path in later:
        (other.home / path.name).rename(path)
    assert waakvlam(other, "weekly").code == 0
    # What is new since the last list depends on whether there was one, and nothing else does.
    assert without_news(other.home / file) == without_news(place.home / file)
    assert (other.home / file).read_bytes() != before
    # A past list, asked again when more is known, is the list that was made then.
    monkeypatch.setenv("WAAKVLAM_KEY", KEY)
    waakvlam(place, "weekly", "--as-of", earlier)
    then, again = (where.output / str(earlier) / "shortlist.csv" for where in (other, place))
    assert again.read_bytes() == then.read_bytes() != before


def test_init_makes_a_workspace_once_and_keeps_existing_files(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("WAAKVLAM_KEY")
    home = tmp_path / "nieuw" / "home"
    result = waakvlam(home, "init", "--corporatie-id", "L0123", "--naam", 'Wonen "Aan\\Zee"')
    assert result.code == 0 and "Keep a copy of the keys" in result.out
    settings = Workspace(home).settings
    assert (settings.corporatie_id, settings.naam) == ("L0123", 'Wonen "Aan\\Zee"')
    key = (home / "keys" / "vault.key").read_bytes()
    (home / "settings.toml").write_text('corporatie_id = "mine"\nnaam = "Mine"\n', encoding="utf-8")
    (home / "mappings" / "canoniek.toml").write_text('name = "mine"\n', encoding="utf-8")
    (home / "mappings" / "dynamics_empire.toml").unlink()
    again = waakvlam(home, "init", "--naam", "Other")
    assert again.out == f"made {home / 'mappings' / 'dynamics_empire.toml'}\n"
    assert (home / "keys" / "vault.key").read_bytes() == key
    assert Workspace(home).settings.naam == "Mine"
    assert (home / "mappings" / "canoniek.toml").read_text(encoding="utf-8") == 'name = "mine"\n'
    assert "nothing was changed" in waakvlam(home, "init").out
    assert "before the first real load" not in result.out + again.out
    fresh = tmp_path / "fresh"
    assert 'corporatie_id is "demo"' in waakvlam(fresh, "init").out
    assert "before the first real load" in waakvlam(fresh, "doctor").out


def test_home_comes_from_the_environment_else_it_is_data(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("WAAKVLAM_HOME", str(tmp_path / "set"))
    assert waakvlam(None, "init").code == 0
    assert (tmp_path / "set" / "settings.toml").exists()
    assert waakvlam(tmp_path / "given", "init").code == 0, "--home goes before it"
    assert (tmp_path / "given" / "settings.toml").exists()
    monkeypatch.delenv("WAAKVLAM_HOME")
    monkeypatch.chdir(tmp_path)
    assert waakvlam(None, "init").code == 0
    assert (tmp_path / "data" / "settings.toml").exists()


def test_the_last_monday():
    monday = date(2026, 11, 16)
    assert [calendar.last_monday(monday + timedelta(days=n)) for n in range(8)] == [monday] * 7 + [
        monday + timedelta(days=7)
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["explain", "OVK9999999"], "with this id or at this address"),
        (["explain", "ovk1"], "did you mean 'OVK0000001'?"),
        (["explain", "OVK0000001", "--as-of", "1990-01-01"], "No agreement was known as of 1990-01-01"),
        (["weekly", "--as-of", "16-11-2026"], "does not match the format"),
        (["weekly", "--as-off", "2026-11-16"], "--as-of"),
        (["weekly", "--top", "-1"], "--top"),
        (["week"], "No such command"),
        (["score", "--as-of", "2026-11-16"], "--out"),
        (["check", "nergens.csv"], "does not exist"),
        (["sample", "--homes", "10"], "50"),
        (["sample", "--weeks", "30", "--deliveries", "29"], "No history can be made"),
        (["sample", "--variant", "dorp?"], "dorp?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_exits_with_2_and_a_message(place: Workspace, words: list[str], says: str):
    said = waakvlam(place, *words)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "words", [["weekly"], ["sample"], ["explain", "O1"], ["score", "--as-of", AS_OF, "--out", "x.parquet"]]
)
def test_every_verb_names_a_missing_workspace(tmp_path: Path, words: list[str]):
    said = waakvlam(tmp_path / "nothing", *words)
    assert (said.code, said.out) == (2, "")
    assert "This is not a workspace" in said.err and "waakvlam init" in said.err
    assert list(tmp_path.iterdir()) == [], "and makes none"


def test_before_the_first_delivery_explain_fails_and_weekly_publishes_no_list(tmp_path: Path):
    place = Workspace(tmp_path / "home")
    waakvlam(place, "init")
    said = waakvlam(place, "explain", "O1")
    assert said.code == 2 and "Nothing has been loaded yet" in said.err
    said = waakvlam(place, "weekly")
    assert said.code == 1 and "nothing was delivered" in said.out
    assert "An empty list is not published" in said.out
    assert not (place.output / AS_OF / "shortlist.html").exists()


@pytest.mark.dear
def test_who_has_less_than_nought_points_is_ranked_and_written_too(tmp_path: Path):
    """A plan that is kept takes points off; an agreement with nothing else has a score below 0 and is counted like any other."""
    day, result = "2026-11-16", corporation(4)
    own = {"saldo": "9,00", "oudste_vervaldatum": "2026-11-05", "regeling_status_code": "ACT"}
    result["huurachterstanden"] += [{"overeenkomst_id": "O2", **own}]
    place = make_workspace(tmp_path / "home")
    deliver_all(place, "2026-11-15", result)
    run = json.loads(waakvlam(place, "weekly", "--as-of", day, "--json").out)
    out = tmp_path / "scores.parquet"
    assert waakvlam(place, "score", "--as-of", day, "--out", out).code == 0
    written = {row["overeenkomst_id"]: row for row in pq.read_table(out).to_pylist()}
    assert len(written) == run["counts"]["scored"] == 4
    assert written["O2"]["score"] < 0
    assert written["O2"]["rank"] == 4
    (message,) = json.loads(waakvlam(place, "explain", "O2", "--as-of", day, "--json").out)
    assert (message["score"], message["rank"]) == (written["O2"]["score"], 4)
