"""Test that the record of the AI Act is valid, that its figures come from the installation, and that open answers stay open."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from models.card.scorecard import EXPERT, load
from pipelines.evidence import account, ai_act, assessments
from pipelines.evidence import ai_act_texts as words
from pipelines.evidence import assessment_texts as answers
from pipelines.evidence.account_documents import connected
from pipelines.evidence.standards import AI_ACT, problems
from pipelines.installation.calendar import now
from pipelines.installation.settings import Settings, Webhook
from pipelines.installation.workspace import Workspace
from pipelines.proof import hold
from pipelines.publishing.paper import OPEN, page
from tests.support.deliveries import make_workspace, waakvlam, with_settings

ROOT = Path(__file__).resolve().parents[3]
CARD = load(EXPERT)
FILLED = (
    '[account]\ncontact = "privacy@example.nl"\nbegin_date = "2027-01"\nofficer = "F. Voorbeeld"\n'
    'oversight = "T. Voorbeeld"\nclassified_by = "B. Voorbeeld"\nclassified_on = "2026-12-01"\n'
)


def known(place: Workspace, card=CARD) -> ai_act.Facts:
    return ai_act.facts(place, card, account.measured(place, card))


def settings(**changes: object) -> Settings:
    return Settings.model_validate({"corporatie_id": "d", "naam": "V", **changes})


def test_the_record_meets_its_fields_and_says_what_the_settings_say(tmp_path: Path) -> None:
    place = with_settings(make_workspace(tmp_path / "home"), FILLED)
    assert waakvlam(place, "account").code == 0
    entry = json.loads((place.output / "account" / "ai_act.json").read_text(encoding="utf-8"))
    assert problems(entry, AI_ACT) == ()
    assert CARD.version in entry["trade_name"]
    assert (entry["conclusion"], entry["own_card"], entry["oversight"]) == (
        "niet hoog-risico",
        "nee",
        "T. Voorbeeld",
    )
    text = (place.output / "account" / "ai-verordening.html").read_text(encoding="utf-8")
    assert "B. Voorbeeld op 2026-12-01" in text
    assert "nog geen lijst verzegeld" in text


def test_only_a_person_can_complete_the_record(tmp_path: Path) -> None:
    place = make_workspace(tmp_path / "home")
    missing = problems(ai_act.record(known(place)), AI_ACT)
    names = {re.findall(r"'(\w+)'", text)[0] for text in missing}
    assert names == {"contact", "oversight", "classified_by", "classified_on"}


@pytest.mark.parametrize(
    ("text", "field"),
    [("[retention]\nlogs_months = 5\n", "logs_months"), ("[retention]\nlists_months = 3\n", "logs_months")],
)
def test_logs_that_are_kept_too_briefly_are_a_problem(tmp_path: Path, text: str, field: str) -> None:
    place = with_settings(make_workspace(tmp_path / "home"), FILLED + text)
    (problem,) = problems(ai_act.record(known(place)), AI_ACT)
    assert problem.startswith(f"{field}: ")
    assert "Te kort" in ai_act.states(known(place))["logs"]


def test_a_card_of_ones_own_makes_the_corporation_perhaps_a_provider(tmp_path: Path) -> None:
    place = make_workspace(tmp_path / "home")
    own = known(place, CARD.model_copy(update={"version": "2027.1"}))
    assert own.own_card
    assert place.settings.naam in ai_act.record(own)["provider"]
    (verdict, *_) = ai_act.sections(own)
    assert "mogelijk aanbieder" in " ".join(verdict.texts)
    assert "mogelijk aanbieder" not in " ".join(ai_act.sections(known(place))[0].texts)


def test_a_person_can_decide_that_it_is_high_risk_and_the_register_follows(tmp_path: Path) -> None:
    place = with_settings(make_workspace(tmp_path / "home"), FILLED + "high_risk = true\n")
    assert ai_act.record(known(place))["conclusion"] == "hoog-risico"
    assert account.register_entry(place.settings, CARD)["publication_category"] == "Hoog-risico AI-systeem"


def test_stops_and_reports_of_the_chain_are_counted(tmp_path: Path) -> None:
    place = with_settings(make_workspace(tmp_path / "home"), FILLED)
    hold.report(place, "harm", date(2026, 11, 2), "A. Analist", now())
    standing = ai_act.states(known(place))
    assert standing["reports"] == "Meldingen van schade en klachten: 1."
    assert standing["paused"] == "nu niet gepauzeerd; 0 keer gestopt, 0 keer hervat"


def test_every_duty_log_and_date_has_an_answer_and_a_source(tmp_path: Path) -> None:
    place = with_settings(make_workspace(tmp_path / "home"), FILLED)
    facts = known(place)
    standing = ai_act.states(facts)
    assert {fact for _, _, fact in words.DUTIES if fact} <= set(standing)
    articles = " ".join(article for article, _, _ in words.DUTIES)
    for number in ("4", "9", "10", "11", "12", "13", "14", "15", "26(5)", "27", "49", "72", "73"):
        assert re.search(rf"(^| ){re.escape(number)}\b|(^| ){re.escape(number)} ", articles), number
    assert all(place_of and how for place_of, how in words.OVERSIGHT) and len(words.OVERSIGHT) == 5
    for one in ai_act.dates():
        assert one["source"].startswith("https://"), one
        assert one["as_of"] <= date(2026, 11, 28), "a source cannot be newer than the day it was read"
    text = page("x", ai_act.sections(facts))
    assert "None" not in text
    assert text.count(OPEN) >= 4, "what only people know stays open"


def test_files_and_commands_that_the_record_names_exist() -> None:
    from pipelines.cli.app import app

    texts = json.dumps(
        [value for texts in (words, answers) for name, value in vars(texts).items() if name.isupper()],
        ensure_ascii=False,
    )
    for name in set(re.findall(r"docs/[\w-]+\.md", texts)):
        assert (ROOT / name).is_file(), name
    verbs = {command.name for command in app.registered_commands} | {
        group.name for group in app.registered_groups
    }
    for verb in set(re.findall(r"`waakvlam ([a-z-]+)", texts)):
        assert verb in verbs, verb


def test_sources_links_and_seals_are_in_the_assessment() -> None:
    hook = Webhook(name="crm", url="https://crm.voorbeeld.example/w", events=["list.published"])
    busy = settings(
        webhooks=[hook.model_dump()],
        portal={"enabled": True},
        early_signal={"municipalities": {"Alkmaar": "GM0361"}},
        sources=[
            {
                "name": "empire",
                "kind": "folder",
                "folder": "/mnt/exports",
                "extracts": [{"extract": "huurachterstanden", "files": "A*.csv"}],
            }
        ],
    )
    rows = {row[0]: row[2] for row in connected(busy, [date(2026, 11, 9), date(2026, 11, 16)]).rows}
    assert rows["Ophalen van leveringen"] == "empire (folder): huurachterstanden"
    assert rows["Berichten aan programma's (webhooks)"] == "crm: list.published"
    assert rows["Signaal aan de gemeente"] == "Alkmaar: GM0361"
    assert rows["Verzegelde lijsten"] == "2 weken, van 09-11-2026 tot 16-11-2026"
    assert OPEN in str(rows["Koppeling voor programma's (API)"])
    bare = {row[0]: row[2] for row in connected(settings(), []).rows}
    assert bare["Verzegelde lijsten"] == "nog geen lijst"
    assert bare["Berichten aan programma's (webhooks)"] == "geen"


@pytest.mark.parametrize(
    ("standard", "fill"), [(assessments.IAMA, assessments.iama), (assessments.DPIA, assessments.dpia)]
)
def test_every_question_of_a_template_has_an_answer_or_is_open(tmp_path: Path, standard: Path, fill) -> None:
    place = with_settings(make_workspace(tmp_path / "home"), FILLED + '[stop]\ndecides = ["directeur"]\n')
    asked = tomllib.loads(standard.read_text(encoding="utf-8"))["parts"]
    for card in (CARD, CARD.model_copy(update={"version": "2027.1"})):
        sections = fill(known(place, card))
        rows = [row for section in sections for row in section.rows]
        assert [section.title for section in sections] == [part["title"] for part in asked]
        questions = [question for part in asked for question in part["questions"]]
        assert [number for number, _, _ in rows] == [number for number, *_ in questions]
        assert all(row[1].startswith(q[1]) for row, q in zip(rows, questions, strict=True))
        answered = [answer for _, _, answer in rows if answer != OPEN]
        assert all(len(answer) >= 2 and "None" not in answer for answer in answered)
        assert len(answered) > len(rows) / 3, "the system answers many questions, and people weigh them"
        assert any(answer == OPEN for _, _, answer in rows), "some questions are for people alone"
    text = page("x", fill(known(place)))
    assert ("Daarover beslist: directeur." in text) == (fill is assessments.iama)


def test_an_answer_without_a_question_is_refused() -> None:
    with pytest.raises(KeyError, match=r"iama.toml has no question 9.9"):
        assessments.filled(assessments.IAMA, {"9.9": "ja"})


def test_an_answer_outside_the_choices_of_its_field_is_refused() -> None:
    with pytest.raises(ValueError, match=r"dpia.toml 19.2: choose .*concept, definitief"):
        assessments.filled(assessments.DPIA, {"19.2": "klaar"})
    row = next(
        row for part in assessments.filled(assessments.DPIA, {}) for row in part.rows if row[0] == "19.2"
    )
    assert row == ("19.2", "Status (kies: concept; definitief)", OPEN)


def test_documents_are_outdated_when_a_link_or_a_limit_changes(tmp_path: Path) -> None:
    place = with_settings(make_workspace(tmp_path / "home"), FILLED)
    account.write(place, CARD)
    other = with_settings(place, FILLED + "[stop]\nharm = 0.01\n[portal]\nenabled = true\n")
    assert "sources and links, limits that stop the list" in account.stale(other, CARD)[0]
