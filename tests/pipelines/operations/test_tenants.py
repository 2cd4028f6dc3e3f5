"""Test whom a request for access or erasure means: a tenant by id, agreement or address, and never the id of something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.operations import subject
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.support.deliveries import agreement, deliver, load_well, make_workspace
from tests.support.small import no_gate

pytestmark = pytest.mark.dear


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace in which O2 has two tenants."""
    place = make_workspace(tmp_path_factory.mktemp("tenants") / "home")
    register = [agreement(n, postcode="1999ZZ") for n in range(1, 4)]
    with no_gate():
        deliver(
            place,
            "huurovereenkomsten",
            "2026-11-16",
            [*register, agreement(2, huurder_id="H92", postcode="1999ZZ")],
        )
        load_well(place)
    return place


@pytest.mark.parametrize("whom", ["H1", "O1", "1999ZZ 1", "1999 zz 1"])
def test_a_tenant_is_found_by_id_agreement_and_address(place: Workspace, whom: str):
    assert subject.export(place, whom) == subject.export(place, "H1")
    assert len(subject.export(place, whom)["huurovereenkomsten"]) == 1


@pytest.mark.parametrize("whom", ["O2", "1999ZZ 2"])
def test_two_tenants_are_not_chosen_between(place: Workspace, whom: str):
    with pytest.raises(ConfigurationError, match="2 tenants have this agreement or address"):
        subject.export(place, whom)
    assert subject.export(place, "H92")["run.co_tenants"]


def test_a_number_of_a_tenant_and_of_somebody_elses_agreement_is_asked_about(tmp_path: Path):
    """Systems number both from one, so the answer would go to the wrong person."""
    place = make_workspace(tmp_path / "home")
    register = [
        agreement(1, overeenkomst_id="10002", huurder_id="10001"),
        agreement(2, overeenkomst_id="10001", huurder_id="10002"),
    ]
    with no_gate():
        deliver(place, "huurovereenkomsten", "2026-11-16", register)
        load_well(place)
    with pytest.raises(ConfigurationError, match="of an agreement of somebody else"):
        subject.export(place, "10001")
    assert subject.export(place, "10001", "tenant")["huurder_id"] == "10001"
    assert subject.export(place, "10001", "agreement")["huurder_id"] == "10002"
    with pytest.raises(ConfigurationError, match="No agreement has this id"):
        subject.export(place, "10003", "agreement")
    subject.erase(place, "10001")
    with open_warehouse(place) as con:
        left = con.execute("SELECT huurder_id, overeenkomst_id FROM raw.huurovereenkomsten").fetchall()
    assert left == [("10002", "10001")]


def test_an_unreadable_row_of_somebody_with_that_number_stays(tmp_path: Path):
    """A contact that could not be read is somebody's right as well, and the number names two people."""
    place = make_workspace(tmp_path / "home")
    register = [
        agreement(1, overeenkomst_id="10002", huurder_id="10001"),
        agreement(2, overeenkomst_id="10001", huurder_id="10002"),
    ]
    contacts = [
        {"contact_id": f"C{whose}", "overeenkomst_id": whose, "datum": "2026-11-12", "stand": "onleesbaar"}
        for whose in ("10001", "10002")
    ]
    with no_gate():
        deliver(place, "huurovereenkomsten", "2026-11-16", register)
        deliver(place, "contacten", "2026-11-16", contacts)
        load_well(place)
    assert _set_apart(place) == ["10001", "10002"]
    subject.erase(place, "10001")
    assert _set_apart(place) == ["10001"]


def _set_apart(place: Workspace) -> list[str]:
    with open_warehouse(place, read_only=True) as con:
        rows = con.execute("SELECT agreement FROM run.set_apart ORDER BY agreement").fetchall()
    return [agreement for (agreement,) in rows]


@pytest.mark.parametrize(
    ("whom", "why"),
    [
        ("E1", "not as the id of a tenant"),
        ("1", "not as the id of a tenant"),
        ("1999ZZ 9", "no data about this tenant"),
        ("H999", "no data about this tenant"),
    ],
)
def test_nobody_is_told_that_nothing_is_held_because_of_another_id(place: Workspace, whom: str, why: str):
    for answer in (subject.export, subject.erase):
        with pytest.raises(ConfigurationError, match=why):
            answer(place, whom)


@pytest.mark.parametrize("whom", ["O1", "E1", "1", "1999ZZ 1"])
def test_an_erasure_asks_for_the_tenants_id_and_removes_nothing_for_another(place: Workspace, whom: str):
    files = _files(place.home)
    with pytest.raises(ConfigurationError):
        subject.erase(place, whom)
    assert _files(place.home) == files
    with open_warehouse(place) as con:
        attach_vault(con, place)
        assert con.execute("SELECT count(*) FROM vault.main.erasures").fetchall() == [(0,)]
        assert con.execute("SELECT count(*) FROM raw.huurovereenkomsten").fetchall() == [(3,)]


def _files(home: Path) -> set[Path]:
    return {path for folder in ("inbox", "output") for path in (home / folder).rglob("*")}
