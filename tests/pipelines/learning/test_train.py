"""Test `waakvlam train` and `waakvlam promote`: from history to a proposal, its report, and the card of the list."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.card.scorecard import EXPERT, load
from models.evaluate.rankings import PAST, SIMPLE
from models.learning.hold import holds_for
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.learning import promotion, training
from pipelines.sample.write import write_corporation
from pipelines.scoring import cards
from pipelines.week import run
from tests.support.deliveries import Said, make_workspace, waakvlam
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

UNTIL = date(2026, 11, 16)
DAY = UNTIL.isoformat()


@pytest.fixture(scope="module", autouse=True)
def environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("WAAKVLAM_HOME", "PREFECT_API_URL", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        yield


def demo(folder: Path, *, homes: int, weeks: int, seed: int = 1) -> Workspace:
    place = make_workspace(folder / "home")
    write_corporation(place.inbox, homes=homes, weeks=weeks, seed=seed, until=UNTIL, deliveries=2)
    with no_gate():
        run.run(place, UNTIL)
    return place


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Workspace:
    """Too few homes to learn from."""
    return demo(tmp_path_factory.mktemp("small"), homes=120, weeks=60)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> tuple[Workspace, Said]:
    """Enough homes, and what training said."""
    place = demo(tmp_path_factory.mktemp("enough"), homes=1500, weeks=130, seed=2)
    return place, waakvlam(place, "train", "--as-of", DAY)


def accepted(place: Workspace) -> list[str]:
    """The options that accept every falling line of the proposal."""
    report = proposal(place).parent / "reports" / proposal(place).name
    falls = json.loads(report.read_text(encoding="utf-8"))["falls"]
    return [word for fall in falls for word in ("--accept-fall", fall["signal"])]


def proposal(place: Workspace, name: str = f"learned-{DAY}") -> Path:
    return place.artefacts / "scorecards" / f"{name}.json"


def test_too_few_escalations_move_nothing_and_nothing_can_be_installed(small):
    said = waakvlam(small, "train", "--as-of", DAY, "--json")
    report = json.loads(said.out)
    assert said.code == 1
    assert report["moves"] == []
    assert report["verdict"] == "Refused: no point moved, so the card stays as it is."
    assert "fewer than 10" in report["families"][0]["note"]
    refused = waakvlam(small, "promote", f"learned-{DAY}")
    assert (refused.code, "was refused" in refused.err) == (1, True)
    nothing = waakvlam(small, "promote", "--latest")
    assert (nothing.code, "no proposal to install" in nothing.err) == (1, True)
    assert cards.scorecard(small).name == "expert"


def test_a_horizon_past_the_data_is_refused_and_writes_no_file(small):
    before = sorted(small.artefacts.rglob("*"))
    said = waakvlam(small, "train", "--as-of", DAY, "--horizon-weeks", 100)
    assert said.code == 1
    assert "The horizon of 100 weeks runs past the data" in said.err
    assert sorted(small.artefacts.rglob("*")) == before


def test_before_anything_was_delivered_nothing_can_be_learned(tmp_path):
    said = waakvlam(make_workspace(tmp_path / "home"), "train", "--as-of", DAY)
    assert (said.code, "Nothing has been loaded yet" in said.err) == (2, True)


@pytest.mark.parametrize("arguments", [(), ("x", "--latest")])
def test_promote_wants_one_name_or_the_latest(small, arguments):
    said = waakvlam(small, "promote", *arguments)
    assert (said.code, "Name one proposal" in said.err) == (2, True)


def test_a_missing_proposal_is_named(small):
    said = waakvlam(small, "promote", "learned-2020-01-06")
    assert said.code == 2
    assert "no proposal learned-2020-01-06" in said.err
    with pytest.raises(ConfigurationError):
        promotion.promote(small, "../settings", approved_by="Iemand", today=UNTIL)


def test_a_pointer_that_cannot_be_read_stops_the_list(tmp_path):
    place = make_workspace(tmp_path / "home")
    path = place.artefacts / "scorecards" / cards.POINTER
    path.parent.mkdir(parents=True)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="does not name the installed card"):
        cards.scorecard(place)


def test_the_week_names_a_better_rule_until_another_card_is_installed(tmp_path):
    place = make_workspace(tmp_path / "home")
    assert cards.better_rule(place) is None
    card = load(EXPERT)
    older = {
        "version": "learned-a",
        "known_until": "2026-08-03",
        "kept_note": "Older.",
        "installed": "other 1",
    }
    newer = {
        "version": "learned-b", "known_until": DAY, "kept_note": "Sorting by x finds more than the card in use.",
        "installed": f"{card.name} {card.version}",
    }  # fmt: skip
    folder = place.artefacts / "scorecards" / "reports"
    folder.mkdir(parents=True)
    for report in (older, newer):
        (folder / f"{report['version']}.json").write_text(json.dumps(report), encoding="utf-8")
    expected = (
        f"Sorting by x finds more than the card in use. So found the training on what was known on {DAY}."
    )
    assert cards.better_rule(place) == expected
    for found in (newer | {"kept_note": ""}, newer | {"installed": "learned 2026-11-16"}):
        (folder / "learned-b.json").write_text(json.dumps(found), encoding="utf-8")
        assert cards.better_rule(place) is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"signal": "worries_90d"', '"signal": "worries_9d"', "Did you mean 'worries_90d'?"),
        ('"points": 26}', '"points": 1}', "points may not fall with the value"),
        ('"name": "expert"', '"name": "expert", "nam": 1', "unknown key"),
    ],
)
def test_a_proposal_that_was_changed_into_nonsense_is_not_installed(tmp_path, old, new, told):
    place = make_workspace(tmp_path / "home")
    folder = place.artefacts / "scorecards"
    (folder / "reports").mkdir(parents=True)
    report = {"version": "learned-x", "adopted": True, "known_until": DAY, "verdict": ""}
    (folder / "reports" / "learned-x.json").write_text(json.dumps(report), encoding="utf-8")
    text = EXPERT.read_text(encoding="utf-8")
    (folder / "learned-x.json").write_text(text.replace(old, new), encoding="utf-8")
    said = waakvlam(place, "promote", "--latest")
    assert (said.code, told in said.err) == (2, True), said.err
    assert cards.promoted(place) is None
    (folder / "learned-x.json").write_text(text, encoding="utf-8")
    assert waakvlam(place, "promote", "--latest").code == 0


@pytest.mark.slow
def test_training_proposes_a_card_with_a_report_and_installs_nothing(trained):
    place, said = trained
    assert said.code == 0, said.out + said.err
    assert "waakvlam promote" in said.out
    report = json.loads(
        (proposal(place).parent / "reports" / proposal(place).name).read_text(encoding="utf-8")
    )
    card = load(proposal(place))
    assert report["adopted"] and report["moves"]
    assert report["holds"] == [str(hold) for hold in holds_for(report["escalations"])]
    assert {rule["name"] for rule in report["looking_back"]["rules"]} == {*SIMPLE, PAST}
    assert report["looking_back"]["untried"] == []
    assert [ahead["weeks"] for ahead in report["looking_back"]["ahead"]] == [0, 4, 8, 13]
    assert card.calibration is not None
    assert card.calibration.escalations == report["escalations"] > 20
    assert report["looking_back"]["outcomes"]["escalated"]["loses"] is False
    assert cards.scorecard(place).name == "expert"


@pytest.mark.slow
def test_training_again_gives_the_same_bytes(trained):
    place, _ = trained
    before = proposal(place).read_bytes()
    assert waakvlam(place, "train", "--as-of", DAY).code == 0
    assert proposal(place).read_bytes() == before
    assert len(list(proposal(place).parent.glob("learned-*.json"))) == 1


@pytest.mark.slow
def test_what_became_known_later_changes_nothing(trained):
    place, _ = trained
    earlier, _ = training.propose(place, date(2026, 6, 1))
    assert earlier.calibration is not None
    assert date.fromisoformat(earlier.calibration.last) <= date(2025, 12, 1)


@pytest.mark.slow
def test_a_promoted_card_makes_the_list_and_the_one_before_is_kept(trained):
    place, _ = trained
    report = proposal(place).parent / "reports" / proposal(place).name
    content = json.loads(report.read_text(encoding="utf-8"))
    fall = {"signal": "oldest_open_days", "beyond": 720.0, "rows": 1011, "escalated": 0}
    content["falls"] = [fall, *(one for one in content["falls"] if one["signal"] != fall["signal"])]
    report.write_text(json.dumps(content), encoding="utf-8")
    refused = waakvlam(place, "promote", f"learned-{DAY}", "--by", "A. Nalist")
    assert refused.code == 1 and cards.scorecard(place).name == "expert"
    for signal in accepted(place)[1::2]:
        assert re.search(rf"{signal} beyond [\d.]+: [\d,]+ cases, [\d,]+ escalated", refused.err)
    said = waakvlam(place, "promote", f"learned-{DAY}", "--by", "A. Nalist", "--json", *accepted(place))
    entry = json.loads(said.out)
    assert (entry["approved_by"], entry["before"]["scorecard"]) == ("A. Nalist", "expert")
    result = run.run(place, UNTIL)
    assert result.report.model == f"learned {DAY}"
    listed = result.weekly.entries[0].overeenkomst_id
    data = json.loads(waakvlam(place, "explain", listed, "--as-of", DAY, "--json").out)[0]
    assert sum(s["points"] or 0 for s in data["signals"]) == data["score"]
    low_to_high = data["chance"]
    assert 0 < low_to_high[1] < low_to_high[0] < low_to_high[2] < 1
    back = waakvlam(place, "promote", "expert", "--by", "A. Nalist")
    assert "expert is installed" in back.out
    record = cards.promoted(place)
    assert record is not None and record.before is not None
    assert record.before.scorecard == f"learned-{DAY}"
    assert run.run(place, UNTIL).report.model.startswith("expert")
    assert waakvlam(place, "promote", "--latest", *accepted(place)).code == 0


@pytest.mark.slow
def test_the_commands_of_the_pages_run(trained):
    place, _ = trained
    docs = Path(__file__).resolve().parents[3] / "docs"
    pages = "".join((docs / name).read_text(encoding="utf-8") for name in ("training.md", "model.md"))
    commands = re.findall(r"^    waakvlam (.*)$", pages, re.M)
    assert [text.split()[0] for text in commands] == ["train", "promote", "promote", "explain"]
    listed = (place.output / DAY / "shortlist.csv").read_text(encoding="utf-8-sig")
    agreement = re.search(r"OVK\d+", listed)
    assert agreement
    for text in commands:
        words = shlex.split(text.replace("OVEREENKOMST", f"{agreement[0]} --as-of {DAY}"))
        said = waakvlam(place, *words, *(accepted(place) if "--latest" in words else []))
        assert said.code == 0, (text, said.out[-1000:], said.err)
