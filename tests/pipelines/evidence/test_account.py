"""Test that the public account is valid, as complete as possible, marks open decisions, and is reported when outdated."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from features.catalogue import SIGNALS
from models.card.scorecard import EXPERT, load
from pipelines.evidence import account
from pipelines.evidence.account_documents import privacy, refused, used_and_refused
from pipelines.evidence.standards import ALGORITHM_REGISTER, problems
from pipelines.installation.contracts import contracts
from pipelines.installation.evidence_settings import Account
from pipelines.installation.settings import Settings
from pipelines.installation.workspace import Workspace
from pipelines.publishing.paper import OPEN
from tests.support.deliveries import make_workspace, waakvlam, with_settings

CARD = load(EXPERT)
FILLED = '[account]\ncontact = "privacy@example.nl"\nbegin_date = "2027-01"\nofficer = "F. Voorbeeld"\n'
FILLED += 'oversight = "T. Voorbeeld"\nclassified_by = "B. Voorbeeld"\nclassified_on = "2026-12-01"\n'


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return with_settings(make_workspace(tmp_path / "home"), FILLED)


def test_the_entry_meets_the_publication_standard(place: Workspace) -> None:
    assert waakvlam(place, "account").code == 0
    entry = json.loads((place.output / "account" / "algoritmeregister.json").read_text(encoding="utf-8"))
    assert problems(entry, ALGORITHM_REGISTER) == ()
    assert entry["status"] == "In gebruik"
    assert CARD.version in entry["methods_and_models"]
    assert OPEN not in json.dumps(entry, ensure_ascii=False)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "x" * 101, "name"),
        ("description_short", "x" * 351, "description_short"),
        ("status", "bijna", "status"),
        ("category", ["Wonen", "Werk", "Recht", "Verkeer"], "category"),
        ("contact_email", "bel ons", "contact_email"),
        ("begin_date", "januari", "begin_date"),
        ("gemaakt_door", "iemand", "gemaakt_door"),
        ("lawful_basis_grouping", [{"title": "AVG"}], "lawful_basis_grouping.0"),
        ("name", None, "name"),
    ],
)
def test_what_the_standard_refuses_is_named(place: Workspace, field: str, value: object, said: str) -> None:
    entry = account.register_entry(place.settings, CARD)
    entry = {**entry, field: value} if value is not None else {k: v for k, v in entry.items() if k != field}
    actual = problems(entry, ALGORITHM_REGISTER)
    assert len(actual) == 1
    assert said in actual[0]


def test_what_only_a_person_knows_is_asked_for_and_not_guessed(tmp_path: Path) -> None:
    place = make_workspace(tmp_path / "home")
    said = waakvlam(place, "account")
    assert said.code == 1
    assert "algoritmeregister.json: entry: 'contact_email' is a required property" in said.out
    assert "ai_act.json: entry: 'oversight' is a required property" in said.out
    folder = place.output / "account"
    entry = json.loads((folder / "algoritmeregister.json").read_text(encoding="utf-8"))
    assert entry["status"] == "In ontwikkeling"
    assert "contact_email" not in entry
    for name, least in (("dpia.html", 10), ("iama.html", 10), ("privacyverklaring.html", 2)):
        assert (folder / name).read_text(encoding="utf-8").count(OPEN) >= least, name


def test_every_column_and_every_scored_signal_is_listed_and_every_refusal_is_named() -> None:
    report = {section.title: section for section in used_and_refused(CARD)}
    columns = {(row[0], row[1]) for row in report["Kolommen die worden gelezen"].rows}
    assert columns == {(c.title, name) for c in contracts().values() for name in c.columns}
    scored = next(
        section for title, section in report.items() if title.startswith("Signalen die punten geven")
    )
    questions = {s.name: s.question for s in SIGNALS}
    assert {row[0] for row in scored.rows} == {questions[term.signal] for term in CARD.terms}
    points = {row[0]: row[3] for row in scored.rows}
    assert points[questions["plan_running"]] == "5 punten eraf"
    assert points[questions["plan_broken_days"]] == "10 punten"
    assert all(refused().values())
    vault = {row[1] for row in report["Kolommen die worden gelezen"].rows if row[2] == "kluis"}
    assert {"naam", "telefoon", "postcode"} <= vault


def test_the_paragraph_is_short_plain_dutch() -> None:
    settings = Settings(
        corporatie_id="d", naam="V", account=Account(contact="privacy@example.nl", officer="F. Voorbeeld")
    )
    (section,) = privacy(settings, CARD)
    text = " ".join(section.texts)
    assert OPEN not in text
    sentences = [s for s in re.split(r"(?<=[.?!])\s", text) if s.strip()]
    words = [len(s.split()) for s in sentences]
    assert sum(words) / len(words) <= 13
    assert max(words) <= 40
    assert not re.search(
        r"algoritme|profilering|verwerkingsgrondslag|betrokkene|grondslag|data\b", text, re.I
    )
    assert "12 maanden" in text
    assert "bezwaar" in text or "Wilt u dit niet?" in text


def test_stale_documents_are_named_when_the_model_or_a_rule_changes(place: Workspace) -> None:
    assert waakvlam(place, "account", "--check").code == 0  # nothing written, nothing stale
    account.write(place, CARD)
    assert account.stale(place, CARD) == []
    newer = CARD.model_copy(update={"version": "2027.1"})
    actual = account.stale(place, newer)
    assert len(actual) == 7
    assert all("model" in text and "rules" not in text for text in actual)
    other = with_settings(place, FILLED + "[shortlist]\ncapacity = 12\n")
    said = waakvlam(other, "account", "--check")
    assert said.code == 1
    assert "dpia.html was written before a change of: rules of the list." in said.out
    assert waakvlam(other, "account").code == 0
    assert account.stale(Workspace(other.home), CARD) == []


def test_reports_that_measure_are_named_with_their_model(place: Workspace) -> None:
    assert all(OPEN in told for _, told in account.measured(place, CARD))
    for name, model in (("backtest", f"{CARD.name} {CARD.version}"), ("fairness", "expert 2020.1")):
        (place.output / name).mkdir(parents=True)
        (place.output / name / f"{name}.json").write_text(json.dumps({"model": model}))
    backtest, fairness = (told for _, told in account.measured(place, CARD))
    assert backtest == f"van {CARD.name} {CARD.version}: backtest.html"
    assert "verouderd: van expert 2020.1" in fairness
    account.write(place, CARD)
    assert "backtest.html" in (place.output / "account" / "dpia.html").read_text(encoding="utf-8")


def test_what_a_name_holds_stays_text(place: Workspace) -> None:
    settings = place.settings.model_copy(update={"naam": "<script>alert(1)</script>"})
    from pipelines.evidence.account_documents import dpia
    from pipelines.publishing.paper import page

    assert "<script" not in page("<b>x</b>", dpia(settings, CARD))


def test_what_was_dropped_after_minimise_is_on_the_page(tmp_path: Path) -> None:
    place = make_workspace(tmp_path / "home")
    signal = CARD.terms[0].signal
    smaller = CARD.model_copy(update={"terms": CARD.terms[1:]})
    assert account.dropped(place, smaller) == ()
    path = place.output / account.MINIMISED
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"model": "expert 1", "proposal": {"drop": [signal]}}), encoding="utf-8")
    (row,) = account.dropped(place, smaller)
    assert row[1] == "expert 1"
    assert account.dropped(place, CARD) == (), "it still gives points"
    account.write(place, smaller)
    assert "Weggelaten omdat de lijst het kan missen" in (
        place.output / "account" / "gegevens.html"
    ).read_text(encoding="utf-8")
