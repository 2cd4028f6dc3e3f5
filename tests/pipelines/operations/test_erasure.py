"""An erasure goes on after any interruption, and looks for the person in every file of the workspace."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
from pathlib import Path

import pytest

from pipelines.delivery.retract import retract
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.operations import status, subject
from pipelines.operations.person_files import Person, mentions, pattern
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.support.deliveries import agreement, deliver, load, load_well, make_workspace, put, waakvlam
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

PERSON = {"naam": "Zz van Zoektem", "straatnaam": "Zzstraat", "postcode": "1999ZZ", "telefoon": "0655555555"}
WORDS = (b"Zoektem", b"Zzstraat", b"0655555555", b"O7;", b"H/7 a")
HUURDER = "H/7 a"
"""An id of any characters."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace with a tenant in loaded, withdrawn, refused and misnamed files, and in rows without an id."""
    place = make_workspace(tmp_path_factory.mktemp("erasure") / "home")
    own = agreement(7, huurder_id=HUURDER) | PERSON
    register = [*(agreement(n) for n in range(1, 6)), own]
    with no_gate():
        deliver(place, "huurovereenkomsten", "2026-11-09", register)
        nameless = own | {"overeenkomst_id": "", "huurder_id": "", "huisnummer": "7"}
        deliver(place, "huurovereenkomsten", "2026-11-16", [*register, nameless])
        deliver(place, "huurachterstanden", "2026-11-16", [{"overeenkomst_id": "O7", "saldo": "900,00"}])
        load_well(place)
        contact = {"contact_id": "C1", "overeenkomst_id": "O7", "datum": "2026-11-12", "stand": "in_contact"}
        deliver(place, "contacten", "2026-11-15", [contact])
        load_well(place)
        retract(place, "contacten_2026-11-15.csv")
    put(place, "huurovereenkomsten_2026-11-17.csv", f"huurder_id;naam\n{HUURDER};Zz van Zoektem\n")
    put(place, "export van maandag.csv", "naam;straat\nZz van Zoektem;Zzstraat 7\n")
    packed = b"verzoek_id;overeenkomst_id\nV1;O7\n"
    put(place, "reparaties.csv.gz", gzip.compress(packed))
    put(place, "anderen.csv", "huurder_id;saldo\nH1;7,00\nO70;1\n")
    return place


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def remains(place: Workspace) -> list[str]:
    """Return the files and tables in which the person can still be found, by search of the bytes and of the rows."""
    files = []
    for path in place.home.rglob("*"):
        if path.is_file() and path.suffix != ".duckdb":
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            files += [path.name for word in WORDS if word in content]
    with open_warehouse(place) as con:
        attach_vault(con, place)
        kept = con.execute(
            "SELECT count(*) FROM vault.main.quarantine WHERE contains(as_delivered, 'Zoektem')"
        ).fetchall()
        names = con.execute(
            "SELECT count(*) FROM vault.main.tenancies WHERE naam = ?", [PERSON["naam"]]
        ).fetchall()
        rows = con.execute(
            "SELECT count(*) FROM raw.huurovereenkomsten WHERE huurder_id = ?", [HUURDER]
        ).fetchall()
        marks = status.unfinished_erasures(con)
    actual = {"quarantine": kept[0][0], "tenancies": names[0][0], "rows": rows[0][0], "mark": marks}
    return files + [name for name, number in actual.items() if number]


def test_the_person_is_gone_from_every_file_and_others_stay(place: Workspace):
    assert set(remains(place)) >= {
        "quarantine",
        "tenancies",
        "rows",
        "export van maandag.csv",
        "contacten_2026-11-15.csv",
    }
    subject.erase(place, HUURDER)
    assert remains(place) == []
    assert (place.inbox / "anderen.csv").exists(), "7,00 and O70 are not the agreement O7"
    with pytest.raises(ConfigurationError, match="There are no data about this tenant"):
        subject.erase(place, HUURDER)


STEPS = ("_mark", "_remove_files", "_remove_rows", "rewrite", "_verify", "_unmark")
KILLS = [*((step, False) for step in STEPS), ("rewrite", True), ("_unmark", True)]
"""Steps, and whether the process dies after them. After a step is before the next one, but for the first of two stores."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize(("step", "after"), KILLS)
def test_an_erasure_killed_at_any_step_goes_on(place: Workspace, step: str, after: bool):
    child = os.fork()
    if child == 0:
        real = getattr(subject, step)

        def killed(*arguments: object) -> None:
            if after:
                real(*arguments)
            os._exit(9)

        setattr(subject, step, killed)
        subject.erase(place, HUURDER)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    if (step, after) == ("_unmark", True):
        assert remains(place) == []
        return
    subject.erase(place, HUURDER)
    assert remains(place) == []


@pytest.mark.parametrize("name", ["export van maandag.csv", "huurovereenkomsten_2026-11-16.csv"])
def test_a_file_that_cannot_be_removed_is_named_and_finished_by_the_next_run(
    place: Workspace, name: str, monkeypatch
):
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.name == name:
            raise PermissionError(13, "in use", str(path))
        real(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        for _ in range(2):
            with pytest.raises(WaakvlamError, match="Data remain after erasing, in .*" + name.split(".")[0]):
                subject.erase(place, HUURDER)
    assert "An erasure is not finished" in waakvlam(place, "status").out
    subject.erase(place, HUURDER)
    assert remains(place) == []


def test_a_tenant_who_is_only_in_a_refused_file_is_erased_too(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    deliver(place, "huurovereenkomsten", "2026-11-09", [agreement(1)])
    load_well(place)
    refused = put(place, "huurovereenkomsten_2026-11-17.csv", "huurder_id;naam\nH99;X\n")
    assert next(outcome.refusal for outcome in load(place) if not outcome.known)
    subject.erase(place, "H99")
    assert not refused.exists()


@pytest.mark.parametrize(
    ("one", "text", "found"),
    [
        ("702", "702;1", True),
        ("702", "saldo 702,50", False),
        ("702", "1.702", False),
        ("O7", "O70", False),
        ("O7", '"O7"', True),
        ('a"b', '{"id":"a\\"b"}', True),
        ("H/7 a", "x;H/7 a;y", True),
    ],
)
def test_an_id_is_found_as_a_word_of_its_own(one: str, text: str, found: bool):
    assert bool(pattern(one).search(text)) is found


def test_a_name_counts_only_with_the_address_on_the_same_line(tmp_path: Path):
    person = Person("H7", (), (("Zz van Zoektem", ("Zzstraat", "0655555555")),))
    path = tmp_path / "x.csv"
    path.write_text("Zz van Zoektem;Elders 1\nAnder;Zzstraat 9\n", encoding="utf-8")
    assert not mentions(path, person)
    path.write_text("ZZ VAN ZOEKTEM;zzstraat 7\n", encoding="utf-16-le")
    assert mentions(path, person)
    assert Person.from_json(person.to_json()) == person
