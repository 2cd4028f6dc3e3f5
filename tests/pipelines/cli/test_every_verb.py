"""Test every command on a town with known names, addresses and ids: they occur where they belong, and nowhere else.

A new verb fails here until it has its line. Each runs as intended, and once more with an engine that fails and quotes a row
in its error, as engines do. Prefect's database: `test_prefect.py`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
import typer

from pipelines.cli.app import app
from pipelines.installation import calendar
from pipelines.installation.workspace import KEY_VARIABLE, Workspace, init
from pipelines.sample.write import write_corporation
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.pipelines.week.test_privacy import bad_deliveries
from tests.support.portal_home import NOTE, Portal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork"),
]
TODAY = calendar.today()
MONDAY = calendar.this_monday()
BEFORE = MONDAY - timedelta(days=7)
QUOTED = "ZZCITAAT van een rij"
MARKED = frozenset(
    {
        "ZZNAAM",
        "ZZSTRAAT",
        "ZZTEKST",
        "ZZPARTNER",
        "ZZEXTRA",
        "ZZDORP",
        "ZZ-DATUM",
        "ZZ-BEDRAG",
        "ZZCITAAT",
        NOTE,
    }
)

# Words per verb, in the order in which they run; {} are filled in. Every verb of the command line has its line.
LINES: dict[str, list[str]] = {
    "init": ["--home {out}/new init --portal", "init"],
    "sample": ["--home {out}/new sample --homes 60 --weeks 30", "sample --homes 60 --weeks 30"],
    "weekly": ["weekly --json"],
    "check": ["check {bad}", "check {good} --json"],
    "map": ["map {bad} --name draft", "map {good} --name other"],
    "fetch": ["fetch", "fetch ZZGETYPT"],
    "score": ["score --as-of {day} --out {out}/scores.parquet"],
    "explain": ["explain {agreement}", "explain {agreement} --json", "explain ZZGETYPT"],
    "features": ["features --as-of {day} --out {out}/features"],
    "history": ["history --out {out}/history"],
    "export": ["export {out}/star", "export {home}"],
    "sql": ["sql FROM/**/run.lists", "sql FROM/**/ZZGETYPT"],
    "demo": ["demo {home}"],
    "portal": ["portal --analyst noor", "portal --analyst noor"],
    "recheck": ["recheck"],
    "webhooks": ["webhooks", "webhooks --secret ZZGETYPT"],
    "status": ["status", "status --json --tell"],
    "doctor": ["doctor", "doctor --json"],
    "unresolved": ["unresolved", "unresolved --json"],
    "deploy": ["deploy"],
    "backfill": ["backfill --from {before} --to {before}"],
    "backtest": ["backtest --every 26"],
    "effect": ["effect", "effect --json"],
    "train": ["train"],
    "promote": ["promote --latest --by noor", "promote ZZGETYPT"],
    "early-signal": ["early-signal --as-of {day}", "early-signal --as-of {day} --out {out}/early.json"],
    "fairness": ["fairness --every 26"],
    "candidate": ["candidate expert", "candidate ZZGETYPT"],
    "minimise": ["minimise --every 26"],
    "chain": ["chain 2026", "chain ZZGETYPT"],
    "account": ["account", "account --check"],
    "quarter": ["quarter 2026Q1", "quarter ZZGETYPT"],
    "monitor": ["monitor", "monitor --json"],
    "model-card": ["model-card"],
    "backup": ["backup {out}/one.backup", "backup {out}/two.backup --with-keys"],
    "restore": [
        "--home {out}/again restore {out}/one.backup --keys {home}/keys",
        "restore {bad}",
    ],
    "accept": ["accept {bad} --by noor --reason ZZGETYPTEREDEN"],
    "retract": ["retract {good}", "retract ZZGETYPT.csv"],
    "rotate-key": ["rotate-key"],
    "retention": ["retention", "retention --json"],
    "advice add": ["advice add expert --from huurdersraad --opinion for --text ZZGETYPTEREDEN"],
    "advice set-aside": ["advice set-aside expert --by noor --reason ZZGETYPTEREDEN"],
    "advice list": ["advice list", "advice list --json"],
    "limits": ["limits", "limits --json"],
    "report": ["report complaint --by noor", "report ZZGETYPT --by noor"],
    "pause": ["pause --by noor --reason ZZGETYPTEREDEN"],
    "resume": ["resume --by noor --role directeur --reason ZZGETYPTEREDEN"],
    "seals verify": ["seals verify", "seals verify --json"],
    "seals publish": ["seals publish"],
    "shadow start": ["shadow start {bad} --by noor"],
    "shadow end": ["shadow end --by noor --reason ZZGETYPTEREDEN"],
    "shadow verdict": ["shadow verdict", "shadow verdict ZZGETYPT"],
    "subject export": [
        "subject export {tenant} --out {out}/own.json",
        "subject export ZZGETYPT --out {out}/no",
    ],
    "subject erase": ["subject erase {tenant} --yes", "subject erase ZZGETYPT --yes"],
}
ABOUT_ONE = ("explain", "early-signal", "unresolved")
"""Verbs whose answer is about agreements that somebody asked for: it names them by id."""


class Said(NamedTuple):
    """The output of one call on all streams, and how it ended."""

    line: str
    code: int
    text: str
    broken: str = ""


class Town(NamedTuple):
    """What was said and written, and the words to look for."""

    folder: Path
    said: list[Said]
    people: frozenset[str]
    ids: frozenset[str]


def verbs() -> set[str]:
    groups = {g.name: g.typer_instance for g in app.registered_groups if g.typer_instance}
    inside = {f"{group} {c.name}" for group, own in groups.items() for c in own.registered_commands}
    return {str(c.name) for c in app.registered_commands} | inside


def test_every_verb_has_its_line():
    assert isinstance(app, typer.Typer)
    assert not (lacking := verbs() - set(LINES)), f"add a line to LINES in {__file__} for {lacking}"
    assert not (gone := set(LINES) - verbs()), f"remove from LINES in {__file__}: {gone}"


def words_of(place: Workspace) -> tuple[set[str], set[str], str, str]:
    """Read the names and addresses of everybody from the vault, and the ids; and one agreement with its tenant."""
    with open_warehouse(place) as con:
        attach_vault(con, place)
        rows = con.execute(
            "SELECT naam, telefoon, email, straatnaam || ' ' || huisnummer, postcode || huisnummer FROM vault.main.tenancies"
        ).fetchall()
        ids = con.execute(
            "SELECT DISTINCT overeenkomst_id, huurder_id FROM raw.huurovereenkomsten"
        ).fetchall()
        one = con.execute(
            "SELECT overeenkomst_id, huurder_id FROM run.decided JOIN staged.huurovereenkomsten USING (overeenkomst_id) "
            "WHERE outcome = 'top' ORDER BY ALL LIMIT 1"
        ).fetchall()[0]
    people = {str(value) for row in rows for value in row if value}
    return people, {str(value) for row in ids for value in row}, *one


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Iterator[Town]:
    """Run every command, working and broken."""
    folder = tmp_path_factory.mktemp("verbs")
    home, out = folder / "home", folder / "out"
    out.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in (KEY_VARIABLE, "WAAKVLAM_TRACEBACK", "PREFECT_API_URL", "WAAKVLAM_HOME"):
            patch.delenv(name, raising=False)
        init(home, portal=True)
        settings = home / "settings.toml"
        text = settings.read_text(encoding="utf-8").replace("weeks = 104", "weeks = 2")
        settings.write_text(text, encoding="utf-8")
        write_corporation(home / "inbox", homes=80, weeks=40, seed=1, until=MONDAY, deliveries=2)
        good = sorted((home / "inbox").glob("huurachterstanden_*"))[-1]
        bad = {name.replace("2026-11-16", "2020-01-06"): text for name, text in bad_deliveries().items()}
        for name, content in bad.items():
            path = home / "inbox" / name
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            os.utime(path, (1_700_000_000, 1_700_000_000))  # a file written just now is waited for
        portal = Portal()
        said = [Said("weekly", *run(portal, home, "weekly --top 0", folder / "streams"))]
        people, ids, agreement, tenant = words_of(Workspace(home))
        portal.ask("work", home, back=0)
        fill = {
            "out": out, "day": MONDAY, "before": BEFORE, "agreement": agreement, "tenant": tenant,
            "good": good, "bad": home / "inbox" / next(iter(bad)), "home": home,
        }  # fmt: skip
        for lines in LINES.values():
            for broken in ("", QUOTED):
                for line in lines[: 1 if broken else None]:
                    words = line.format(**fill)
                    said.append(Said(line, *run(portal, home, words, folder / "streams", broken), broken))
    yield Town(folder, said, frozenset(people), frozenset(ids))


def run(portal: Portal, home: Path, line: str, streams: Path, broken: str = "") -> tuple[int, str]:
    """Run one line of the command line; give its exit code and all that came out."""
    streams.unlink(missing_ok=True)
    answer = portal.ask("verb", home, words=line.split(), streams=str(streams), broken=broken)
    more = streams.read_text(encoding="utf-8", errors="replace")
    return answer["code"], answer["out"] + answer["err"] + more


def found(text: str, words: frozenset[str]) -> list[str]:
    return [word for word in words if word in text]


def readable(path: Path) -> str:
    """Give the content of a file as text: a table from its cells, anything else from its bytes."""
    if path.read_bytes()[:4] == b"PAR1":
        with duckdb.connect() as con:
            return repr(con.execute(f"FROM '{path}'").fetchall())
    return path.read_text(encoding="utf-8", errors="replace")


def test_the_verbs_did_something(town: Town):
    """A command that does nothing leaks nothing, so most commands must have worked, and every broken one must be reported."""
    done = {said.line.split(" {")[0] for said in town.said if said.code == 0 and not said.broken}
    report = [said for said in town.said if said.broken and said.code]
    assert len(done) > len(LINES) / 2, sorted(done)
    assert len(report) > len(LINES) * 0.8, [(said.line, said.code) for said in town.said if said.broken]
    assert len(town.people) > 100 and len(town.ids) > 100
    assert found(readable(town.folder / "out" / "own.json"), town.people)


def test_nothing_that_was_said_names_anybody(town: Town):
    for said in town.said:
        text = said.text.replace(str(town.folder), "")
        assert not found(text, town.people | MARKED), (said.line, text[:2000])
        assert "Traceback" not in text, (said.line, text[:2000])
        if not said.line.startswith((*ABOUT_ONE, "subject")):
            assert not found(text, town.ids), said.line


def test_nothing_that_was_written_names_anybody_but_where_they_belong(town: Town):
    home, out = town.folder / "home", town.folder / "out"
    theirs = [
        home / "inbox",
        home / "withdrawn",
        home / "portal",
        out / "own.json",
        out / "early.json",
        out / "new" / "inbox",
    ]
    tables = [out / "scores.parquet", out / "features", out / "history"]  # pseudonymous: ids of agreements
    looked = 0
    for path in sorted(p for p in town.folder.rglob("*") if p.is_file()):
        if any(place == path or place in path.parents for place in theirs):
            continue
        if path.name.startswith("shortlist.") or path.suffix in (".duckdb", ".backup"):
            continue
        looked += 1
        text = readable(path)
        assert not found(text, town.people | MARKED), path
        if not any(place == path or place in path.parents for place in tables):
            assert not found(text, town.ids), path
    assert looked > 20


def test_the_stores_and_backups_show_nothing(town: Town):
    files = [*town.folder.rglob("*.duckdb"), *town.folder.rglob("*.backup")]
    assert len(files) >= 4
    for path in files:
        content = path.read_bytes()
        assert not [word for word in town.people if len(word) > 8 and word.encode() in content], path
        assert os.name == "nt" or path.stat().st_mode & 0o077 == 0
