"""Test that generated pages are current, that every setting and command is documented, and that links work."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from pipelines.cli.app import app
from pipelines.installation import codes_page, contracts_page, mapping_page
from pipelines.installation.contracts import contracts
from pipelines.installation.settings import MappingChoice, Settings
from pipelines.installation.toml_models import check
from pipelines.installation.workspace import settings_text

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/*.md"),
        *ROOT.glob("data/**/README.md"),
    ]
)
TEMPLATE = (ROOT / "data" / "presets" / "settings.toml").read_text(encoding="utf-8")


def test_the_page_of_the_contracts_is_fresh():
    assert (ROOT / "docs" / "extracts.md").read_text(encoding="utf-8") == contracts_page.page(), (
        "renew it: python -m pipelines.installation.contracts_page > docs/extracts.md"
    )
    assert (ROOT / "docs" / "codes.md").read_text(encoding="utf-8") == codes_page.page(), (
        "renew it: python -m pipelines.installation.codes_page > docs/codes.md"
    )
    assert (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8") == mapping_page.page()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_to_files(page: Path):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("http") or (page.parent / target).is_file(), target


def test_every_threat_names_existing_tests():
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and line.count("|") == 5][1:]
    assert len(rows) > 20
    for row in rows:
        named = re.findall(r"`([\w/]*test_\w+\.py)`", row.split("|")[4])
        assert named, row
        for name in named:
            actual = [ROOT / name] if "/" in name else list((ROOT / "tests").rglob(name))
            assert len(actual) == 1 and actual[0].is_file(), name


def test_every_verb_is_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert re.search(rf"waakvlam\S*( --home \S+)? {command.name}", text), command.name


def test_every_setting_is_explained_in_the_template():
    def keys(model: type[BaseModel]) -> set[str]:
        return set(model.model_fields)

    sections = {
        "shortlist",
        "trial",
        "costs",
        "early_signal",
        "account",
        "gates",
        "freshness",
        "engine",
        "retention",
        "portal",
        "stop",
        "figures",
    }
    for section in sections:
        inner = Settings.model_fields[section].annotation
        for key in keys(inner):  # type: ignore[arg-type]
            assert re.search(rf"^(# )?{key} = ", TEMPLATE, re.M), f"{section}.{key}"
    blocks = {"coaches", "sources", "webhooks"}
    for block in blocks:
        assert re.search(rf"^(# )?\[\[{block}\]\]$", TEMPLATE, re.M), block
    for key in keys(Settings) - sections - blocks - {"mapping"}:
        assert re.search(rf"^{key} = ", TEMPLATE, re.M), key


def test_the_template_holds_the_defaults():
    text = settings_text("demo", "Voorbeeld")
    settings = check(tomllib.loads(text), Settings, "template")
    plain = Settings(corporatie_id=settings.corporatie_id, naam=settings.naam)
    assert settings == plain


def test_an_extract_can_have_its_own_mapping():
    choice = MappingChoice(**dict.fromkeys(contracts(), "other"))
    assert {choice.of(name) for name in contracts()} == {"other"}


def test_nothing_committed_names_a_machine_or_an_index():
    bad = re.compile(r"/(home|root|Users)/\w|index-url|pypi|pythonhosted|registry\.npmjs")
    for path in [
        *ROOT.glob("*.toml"),
        *ROOT.glob("*.lock"),
        *ROOT.glob("*.yaml"),
        *PAGES,
        *ROOT.glob("pipelines/**/*.py"),
    ]:
        assert not bad.search(path.read_text(encoding="utf-8")), path.name
