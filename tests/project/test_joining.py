"""Test that the files for people who join the project are complete and agree with each other."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.project.test_layers import FLOORS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SCHEMA = json.loads(Path(__file__).with_name("publiccode.schema.json").read_text(encoding="utf-8"))
ROWS = re.findall(
    r"^\| \[[^\]]+\]\(([^)]+)\) \| ([^|]*) \| ([^|]*) \|$",
    (DOCS / "index.md").read_text(encoding="utf-8"),
    re.M,
)
AUDIENCES = {
    "auditors", "data analysts", "data engineers", "data protection officers", "developers", "everyone", "managers", "municipalities",
    "researchers", "security officers", "suppliers of source systems", "system administrators", "tenants' councils",
    "the public", "wooncoaches",
}  # fmt: skip


def publiccode() -> dict[str, Any]:
    text = (ROOT / "publiccode.yml").read_text(encoding="utf-8")
    description: dict[str, Any] = yaml.safe_load(text)
    return description


def test_the_licence_is_the_whole_eupl_1_2():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert len(re.findall(r"\w+", text)) == 2239  # as in the official English text
    assert [int(number) for number in re.findall(r"^(\d+)\. [A-Z]", text, re.M)] == list(range(1, 16))
    assert "v. 1.2" in text and text.index("Appendix\n") > text.index("15. Applicable Law")
    assert "Strong\n  Reciprocity (LiLiQ-R+)" in text and text.endswith("new EUPL version.\n")
    assert PROJECT["license"] == publiccode()["legal"]["license"] == "EUPL-1.2"


def test_the_code_of_conduct_is_whole_and_names_a_channel():
    text = (ROOT / "CODE_OF_CONDUCT.md").read_text(encoding="utf-8")
    headings = re.findall(r"^##+ (.*)$", text, re.M)
    assert headings == [
        "Our Pledge", "Our Standards", "Enforcement Responsibilities", "Scope", "Enforcement", "Enforcement Guidelines",
        "1. Correction", "2. Warning", "3. Temporary Ban", "4. Permanent Ban", "Attribution",
    ]  # fmt: skip
    assert "[INSERT" not in text and "version 2.1" in text


def test_publiccode_meets_the_standard():
    description = publiccode()
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(description, SCHEMA)
    assert description["softwareVersion"] == PROJECT["version"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{PROJECT['version']}] - {description['releaseDate']}\n" in changes
    for text in description["description"].values():
        for screenshot in text["screenshots"]:
            assert (ROOT / screenshot).is_file(), screenshot


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        (None, "softwareType", "website"),
        (None, "categories", ["pilot-lights"]),
        (None, "releaseDate", "28-11-2026"),
        ("legal", "license", None),
        ("maintenance", "type", "community"),  # without a contact
        ("maintenance", "contacts", []),
        ("maintenance", "contractors", [{"name": "Somebody", "until": "2027-01-01"}]),
        ("localisation", "availableLanguages", []),
    ],
)
def test_a_description_outside_the_standard_is_refused(section: str | None, key: str, value: Any):
    description = copy.deepcopy(publiccode())
    part = description[section] if section else description
    if value is None:
        del part[key]
    else:
        part[key] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(description, SCHEMA)


def test_the_version_has_its_section_in_the_changelog():
    headings = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert headings[0] == PROJECT["version"] or headings[:2] == ["Unreleased", PROJECT["version"]]
    assert f"| {PROJECT['version'].rpartition('.')[0]} | yes |" in (ROOT / "SECURITY.md").read_text(
        encoding="utf-8"
    )


def test_the_counts_of_the_standard_for_public_code_are_those_of_its_rows():
    text = (DOCS / "public-code.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| (must|should|optional) \| (met|in part|not met) \|", text, re.M)
    for level in ("must", "should", "optional"):
        counts = [rows.count((level, state)) for state in ("met", "in part", "not met")]
        assert f"| {level} | {' | '.join(map(str, counts))} |" in text, (level, counts)


def test_every_page_is_in_the_index_with_its_readers():
    listed = [target for target, *_ in ROWS]
    assert len(listed) == len(set(listed))
    assert set(listed) >= {page.name for page in DOCS.glob("*.md")} - {"index.md"}
    for target, readers, subject in ROWS:
        assert {reader.strip() for reader in readers.split(",")} <= AUDIENCES, target
        assert len(subject) > 15, target


def test_the_hooks_run_the_tools_of_make_lint():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [entry["repo"] for entry in config["repos"]] == ["local"]  # nothing is downloaded
    hooks = {hook["entry"].removeprefix(".venv/bin/") for hook in config["repos"][0]["hooks"]}
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert recipe
    lint = re.findall(r"\$\(BIN\)/(\w+(?: \w+)?)", recipe[1])
    assert [" ".join(hook.split()[:2]) for hook in sorted(hooks)] == [
        "mypy", "ruff check", "ruff format",
    ] == sorted(lint)  # fmt: skip


def test_the_forge_runs_what_lands_a_change():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["checks"]["steps"]
    assert steps[-1]["run"].split()[-1] == ".ci/run"
    mode = subprocess.run(
        ["git", "ls-files", "-s", ".ci/run"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert mode.stdout.startswith("100755")


def test_the_architecture_describes_the_rooms_that_exist():
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    for package in ("pipelines", "models"):
        part = text.split(f"### Rooms of `{package}/`")[1].split("\n#")[0]
        floors: dict[int, set[str]] = {}
        for floor, room in re.findall(r"^\| (\d+) \| `(\w+)` \|", part, re.M):
            floors.setdefault(int(floor), set()).add(room)
        assert [floors[floor] for floor in sorted(floors)] == FLOORS[package]
    for name in re.findall(r"`((?:features|models|pipelines|portal|data|notebooks)/[\w/.]*)`", text):
        assert (ROOT / name).exists(), name


GLOSSARY = {
    word.strip(" *()").split(" (")[0]
    for row in re.findall(r"^\| ([^|]+) \|", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.M)
    for word in re.split(r", | \(\*", row)
}


def test_the_glossary_explains_each_stage_of_the_path_of_a_row():
    path = (DOCS / "architecture.md").read_text(encoding="utf-8").split("## The path of a delivered row")[1]
    stages = re.findall(r"^\| (\w+) \| ", path.split("\n## ")[0], re.M)[1:]
    assert len(stages) == 16
    for stage in stages:
        assert {stage, stage.removesuffix("s")} & GLOSSARY, stage


def test_the_glossary_lists_each_word_once_in_order():
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    parts = re.split(r"^## ", text, flags=re.M)[1:]
    assert len(parts) == 3
    for part in parts:
        words = re.findall(r"^\| ([^|]+) \|", part, re.M)[1:]
        assert words[0] == "meaning" or len(words) > 10
        assert words == sorted(words, key=str.casefold)
    assert len(GLOSSARY) > 60
