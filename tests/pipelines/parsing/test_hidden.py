"""A name or a diagnosis in a column of codes stays in the vault."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.installation.workspace import Workspace
from pipelines.parsing.hidden import looks_like_a_code
from pipelines.warehouse.stores import attach, open_warehouse
from pipelines.week import run
from tests.support.deliveries import agreement, deliver, make_workspace, waakvlam
from tests.support.one_file import reading

pytestmark = pytest.mark.dear

MONDAY = date(2026, 11, 30)
TYPED = "Mw Vreemdeling, depressief"
NAMES = frozenset({"zandstra", "aydin"})


@pytest.mark.parametrize(
    ("value", "occurrences", "shown"),
    [
        ("X99", 1, True),
        ("GEL-2", 1, True),
        ("in behandeling", 2, True),
        ("in behandeling", 1, False),
        ("ZANDSTRA", 1, False),
        ("dossier Aydin", 9, False),
        ("0612345678", 9, False),
        ("123 456 782", 9, False),
        ("zz@example.nl", 9, False),
        ("een heel verhaal over wat er gebeurde", 9, False),
    ],
)
def test_only_what_looks_like_a_code_is_shown(value: str, occurrences: int, shown: bool):
    assert looks_like_a_code(value, occurrences, NAMES) is shown


def unmapped_defects(words: list[str]) -> list[str]:
    content = "verzoek_id;eenheid_id;melddatum;defectsoort_code\n" + "".join(
        f"V{n};E1;2026-11-02;{word}\n" for n, word in enumerate(words)
    )
    with reading(content, name="reparatieverzoeken_2026-11-16.csv") as (_, batch):
        return [item.value for item in batch.unmapped]


def test_many_codes_that_are_repeated_are_shown_and_texts_are_not():
    """A list of defects has more codes than most; a column of texts has about as many values as rows."""
    codes = [f"{letter}_leak" for letter in "abcdefghijklmnopqrstuvwxy"]
    shown = unmapped_defects([*codes * 4, "wet_leak", "mevrouw zingt", "mevrouw zingt", "mevrouw zingt"])
    assert set(codes) <= set(shown) and "wet_leak" not in shown and "mevrouw zingt" not in shown
    assert not set(codes) & set(unmapped_defects(codes))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Run the week after a name and a diagnosis were typed into the collection step of one tenant."""
    workspace = make_workspace(tmp_path_factory.mktemp("hidden") / "home")
    deliver(workspace, "huurovereenkomsten", str(MONDAY), [agreement(n) for n in range(1, 5)])
    steps = {1: TYPED, 2: "A. Voorbeeld", 3: "DW-1", 4: "sommatie"}
    rows = [
        {
            "overeenkomst_id": f"O{n}",
            "saldo": "2900,50",
            "oudste_vervaldatum": "2026-08-01",
            "incassofase": step,
        }
        for n, step in steps.items()
    ]
    deliver(workspace, "huurachterstanden", str(MONDAY), rows)
    run.run(workspace, MONDAY)
    return workspace


def test_the_value_is_on_no_page_and_in_no_report(place: Workspace):
    pages = [
        path for path in (place.output / str(MONDAY)).iterdir() if path.suffix in (".html", ".json", ".csv")
    ]
    texts = "\n".join(path.read_text(encoding="utf-8-sig") for path in pages)
    assert "Vreemdeling" not in texts and "depressief" not in texts
    assert "a value of 26 characters, line 2" in texts
    assert "DW-1" in texts, "a code is shown: the analyst needs it for the mapping"
    said = waakvlam(place, "check", place.inbox / f"huurachterstanden_{MONDAY}.csv")
    assert "Vreemdeling" not in said.out and "# a value of 26 characters, line 2" in said.out
    # "A. Voorbeeld" is the name of every tenant in this register.
    assert "a value of 12 characters, line 3" in said.out


def test_the_row_counts_and_its_value_is_in_the_quarantine_only(place: Workspace):
    with open_warehouse(place, read_only=True) as con:
        steps = con.execute(
            "SELECT overeenkomst_id, incassofase FROM staged.huurachterstanden ORDER BY ALL"
        ).fetchall()
        counts = con.execute("SELECT value FROM run.delivery_counts WHERE kind = 'unmapped'").fetchall()
        outcomes = dict(con.execute("SELECT overeenkomst_id, outcome FROM run.decided").fetchall())
        attach(con, place, "vault", read_only=True)
        kept = con.execute(
            "SELECT line, reasons, as_delivered FROM vault.main.quarantine ORDER BY line"
        ).fetchall()
    assert steps == [("O1", "?"), ("O2", "?"), ("O3", "DW-1"), ("O4", "sommatie")]
    assert not [value for (value,) in counts if "Vreemdeling" in value or "Voorbeeld" in value]
    assert [(line, reasons) for line, reasons, _ in kept] == [
        (n, ["hidden value incassofase"]) for n in (2, 3)
    ]
    assert TYPED in kept[0][2]
    assert [outcomes[f"O{n}"] for n in range(1, 4)] == ["unknown_step"] * 3
