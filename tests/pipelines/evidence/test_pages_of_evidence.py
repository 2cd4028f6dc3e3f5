"""Test that the pages on effect, region, coach, manager and councils use existing commands and settings."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from models.selection.scope import NOT_FITTING_DAYS, WITH_COACH_DAYS
from pipelines.installation.settings import Settings, Shortlist
from pipelines.installation.toml_models import check
from tests.support.deliveries import corporation, deliver_all, make_workspace, waakvlam

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = ("effect.md", "region.md", "coach.md", "manager.md", "medezeggenschap.md")


def blocks(kind: str) -> list[tuple[str, str]]:
    return [
        (page, block)
        for page in PAGES
        for block in re.findall(rf"```{kind}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.S)
    ]


@pytest.mark.parametrize(("page", "block"), blocks("toml"), ids=lambda v: v if v.endswith(".md") else "")
def test_the_settings_of_a_page_are_read(page: str, block: str) -> None:
    given = tomllib.loads(f'corporatie_id = "x"\nnaam = "X"\n{block}')
    assert check(given, Settings, page).corporatie_id == "x"


def test_a_trial_whose_lists_go_before_its_outcomes_is_refused() -> None:
    given = tomllib.loads(
        'corporatie_id = "x"\nnaam = "X"\n[trial]\nname = "p"\nstart = 2027-01-04\nweeks = 52\n'
    )
    with pytest.raises(ValueError, match="at least 24"):
        Settings(**given)
    Settings(**given, retention={"lists_months": 24})  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_commands_of_the_pages_run(tmp_path: Path) -> None:
    place = make_workspace(tmp_path / "home")
    deliver_all(place, "2026-11-15", corporation(12))
    assert waakvlam(place, "weekly", "--as-of", "2026-11-16").code == 0
    commands = [
        line.split()[1:]
        for _, block in blocks("sh")
        for line in block.splitlines()
        if line.startswith("waakvlam")
    ]
    assert len(commands) >= 4
    assert waakvlam(place, *commands[0]).code == 1  # nothing to say yet, and an effect.json
    for command in commands:
        words = [
            str(place.output / "effect" / "effect.json") if w.endswith("effect.json") else w for w in command
        ]
        said = waakvlam(place, *words)
        assert said.code == (1 if words[0] == "effect" else 0), said


def test_the_page_of_the_coach_tells_what_the_rules_are() -> None:
    text = (DOCS / "coach.md").read_text(encoding="utf-8")
    assert len(re.sub(r"!\[[^]]*\]\([^)]*\)", "", text).split()) <= 900, (
        "two sides of A4, besides its pictures"
    )
    assert (WITH_COACH_DAYS, NOT_FITTING_DAYS, Shortlist().cooldown_weeks) == (182, 365, 4)
    for told in ("een half jaar", "na vier weken", "na een jaar", "bezoek met twee"):
        assert told in text
