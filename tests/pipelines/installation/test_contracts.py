"""Test that a faulty contract is refused with its file, its line and what to add."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pipelines.installation.contracts import contracts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.places import DATA
from pipelines.installation.toml_models import line_numbers
from tests.support.contracts import EXTRACT, contracts_in, example
from tests.support.deliveries import waakvlam

EXAMPLE = example()
LINES = EXAMPLE.splitlines()


def number(start: str) -> int:
    """Return the line of the example that starts with a text."""
    return next(n for n, line in enumerate(LINES, 1) if line.startswith(start))


def refused(folder: Path, text: str) -> str:
    """Return why the contracts are refused when one of them has this text."""
    with contracts_in(folder, **{EXTRACT: text}), pytest.raises(ConfigurationError) as error:
        contracts()
    return str(error.value)


def without(start: str) -> str:
    """Return the example without the line that starts with a text."""
    return "".join(f"{line}\n" for line in LINES if not line.startswith(start))


TOP = ["extract", "title", "dutch_name", "entity", "required", "monitored", "key"]


@pytest.mark.parametrize("key", TOP)
def test_a_key_that_lacks_at_the_top_is_named(tmp_path: Path, key: str):
    said = refused(tmp_path, without(f"{key} = "))
    assert said.startswith(f"{tmp_path / EXTRACT}.toml, line 1: {key} is missing: add `{key} = ")


@pytest.mark.parametrize("key", ["known", "kind"])
def test_a_key_that_lacks_in_history_is_named_at_its_table(tmp_path: Path, key: str):
    said = refused(tmp_path, without(f"{key} = "))
    assert f"{EXTRACT}.toml, line {number('[history]')}: history.{key} is missing: add `{key} = " in said


def test_a_table_that_lacks_is_named(tmp_path: Path):
    table = number("[columns]")
    said = refused(tmp_path, "\n".join(LINES[: table - 1]) + "\n")
    assert f"line {table - 1}: columns is missing: add `[columns]`" in said
    history = number("[history]")
    said = refused(tmp_path, "\n".join(LINES[: history - 1] + LINES[table - 1 :]) + "\n")
    assert "history is missing: add `[history]`" in said


@pytest.mark.parametrize("name", list(tomllib.loads(EXAMPLE)["columns"]))
@pytest.mark.parametrize("key", ["type", "description"])
def test_a_key_that_lacks_in_a_column_is_named_at_its_column(tmp_path: Path, name: str, key: str):
    column = LINES[number(f"{name} = ") - 1]
    value = tomllib.loads(EXAMPLE)["columns"][name][key]
    damaged = (
        column.replace(f'{key} = "{value}"', "").replace("{ ,", "{").replace(",  }", " }").replace(", ,", ",")
    )
    assert damaged != column
    said = refused(tmp_path, EXAMPLE.replace(column, damaged))
    assert (
        f"{EXTRACT}.toml, line {number(f'{name} = ')}: columns.{name}.{key} is missing: add `{key} = " in said
    )


CHANGES = [
    ("agreement = ", "", 1, 'add `agreement = "overeenkomst_id"`'),
    ('extract = "schuldhulp_signalen"', 'extract = "schuldhulp"', "extract", "the file is schuldhulp_signalen.toml"),
    ('extract = "schuldhulp_signalen"', 'extract = "Schuld 2"', "extract", "extract: string should match pattern"),
    ('known = "datum"', 'known = "dtum"', "known", "(did you mean 'datum'?)"),
    ('"signaal_id"]', '"signal_id"]', "key", "(did you mean 'signaal_id'?)"),
    ('["corporatie_id", "signaal_id"]', '["signaal_id"]', "key", 'key lacks "corporatie_id"'),
    ('["corporatie_id", "signaal_id"]', "[]", "key", "at least 1 item"),
    ("monitored = true", "monitord = true", "monitord", "(did you mean 'monitored'?)"),
    ('"signaal_id"]', '"signaal_id", "soort"]\nrights = "worry"', "key", 'whom it names: "overeenkomst_id"'),
    ('"signaal_id"]', '"signaal_id"]\nrights = "worry"', "key", "one id of the row itself"),
    ('agreement = "overeenkomst_id"', 'agreement = "overeenkomst_id"\nrights_when = { soort = "uitval" }', "rights_when", "needs rights"),
    ('agreement = "overeenkomst_id"', 'home = "overeenkomst_id"', "home", 'add `event = "datum"`'),
    ('agreement = "overeenkomst_id"', 'agreement = "overeenkomst_id"\nsnapshot = "datum"', "snapshot", "remove it"),
    ('signaal_id = { type = "text", required = true', 'signaal_id = { type = "text"', "signaal_id", "`required = true`"),
    ('datum = { type = "date", required = true', 'datum = { type = "date"', "datum", "`required = true`"),
    ('datum = { type = "date"', 'datum = { type = "text"', "datum", '"date" or "timestamp"'),
    ('datum = { type = "date"', 'datum = { typ = "date"', "datum", "(did you mean 'type'?)"),
    ('type = "choice", unknown', 'type = "code", unknown', "soort", "a code needs its VERA list"),
    ('values = ["aanmelding", "regeling", "uitval"], ', "", "soort", "a choice needs its values"),
    ('type = "choice", unknown', 'type = "choice", list = "BOEKINGSORT", unknown', "soort", "'BOEKINGSOORT'"),
    ("soort = {", "line = {", "soort", "choose another"),
    ("soort = {", "geslacht = {", "soort", "never accepted (gender"),
    ('"The tenancy agreement"', '"The tenancy agreement", identity = true', "overeenkomst_id", "remove `identity`"),
    ('vera = "Overeenkomst.id", required = true', 'vera = ""', "overeenkomst_id", "`required = true`"),
    ('latest = "peildatum"', 'not_before = ["dtum"]', "datum", "(did you mean 'datum'?)"),
    ('latest = "peildatum"', 'not_before = ["soort"]', "datum", "compares dates, and soort has another type"),
    ('unknown = "quarantine"', 'not_with = { datum = ["aanmeldng"] }', "soort", "(did you mean 'aanmelding'?)"),
    ('unknown = "quarantine"', 'not_with = { dtum = ["uitval"] }', "soort", "(did you mean 'datum'?)"),
    ('agreement = "overeenkomst_id"', 'agreement = "overeenkomst_id"\nentries = "bedrag"', "entries", "names column 'bedrag'"),
    ('agreement = "overeenkomst_id"', 'agreement = "overeenkomst_id"\nentries = "soort"', "soort", 'must have the type "euro"'),
    ('description = "What happened"', 'least = 1, description = "x"', "soort", "least and most go together"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "says"), CHANGES, ids=[f"{c[0]}-{c[1]}" for c in CHANGES])
def test_a_contract_that_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str, key, says: str):
    text = without(old) if not new and old.endswith(" = ") else EXAMPLE.replace(old, new, 1)
    assert text != EXAMPLE
    said = refused(tmp_path, text)
    changed = text.splitlines()
    start = f"{new.split(' = ')[0]} = " if new.endswith("{") else f"{key} = "
    line = (
        key if isinstance(key, int) else next(n for n, row in enumerate(changed, 1) if row.startswith(start))
    )
    assert said.startswith(f"{tmp_path / EXTRACT}.toml, line ")
    assert f"line {line}: " in said
    assert says in said


def test_every_problem_is_reported_with_its_own_line(tmp_path: Path):
    text = without("title = ").replace('type = "date", ', "")
    said = refused(tmp_path, text)
    line = text.splitlines().index(next(x for x in text.splitlines() if x.startswith("datum"))) + 1
    assert "line 1: title is missing" in said
    assert f"; line {line}: columns.datum.type is missing" in said


def test_a_command_reports_a_refused_contract_without_a_traceback(tmp_path: Path):
    waakvlam(tmp_path / "home", "init")
    with contracts_in(tmp_path / "contracts", **{EXTRACT: without("dutch_name = ")}):
        for verb in (["status"], ["doctor"], ["weekly", "--as-of", "2026-11-16"]):
            said = waakvlam(tmp_path / "home", *verb)
            assert said.code != 0, verb
            assert "dutch_name is missing" in " ".join((said.out + said.err).split()), verb
            assert "Traceback" not in said.out + said.err


def test_the_register_cannot_be_left_out(tmp_path: Path):
    with contracts_in(tmp_path):
        (tmp_path / "huurovereenkomsten.toml").unlink()
        with pytest.raises(ConfigurationError, match="no contract huurovereenkomsten"):
            contracts()


@pytest.mark.parametrize("path", sorted((DATA / "contracts").glob("*.toml")), ids=lambda path: path.stem)
def test_the_line_of_every_key_is_found(path: Path):
    text = path.read_text(encoding="utf-8")
    lines, rows = line_numbers(text), text.splitlines()
    for table, content in tomllib.loads(text).items():
        assert table in rows[lines[(table,)] - 1]
        for key in content if isinstance(content, dict) else ():
            assert key in rows[lines[(table, key)] - 1]


def test_the_line_in_an_array_of_tables_is_found():
    text = 'a = 1\n[[coaches]]\nname = "A"\n[[coaches]]\nname = "B"\nwijken = []\n[x."y z"]\nb.c = 2\n'
    lines = line_numbers(text)
    assert lines[("coaches", 0, "name")] == 3
    assert lines[("coaches", 1, "wijken")] == 6
    assert lines[("x", "y z", "b", "c")] == 8


def test_what_a_contract_calls_unused_is_read_nowhere():
    names = [
        name
        for contract in contracts().values()
        for name, column in contract.columns.items()
        if "Nothing uses it" in column.description
    ]
    assert names == ["bewakingsstatus_code"]
    read = [
        path
        for folder in ("features", "models", "pipelines", "portal")
        for path in (DATA.parent / folder).rglob("*")
        if path.suffix in (".py", ".sql") and "sample" not in path.parts
    ]
    assert len(read) > 300
    assert not [path for path in read if names[0] in path.read_text(encoding="utf-8")]
