"""Test that withdrawing a delivery restores every table, for every extract, in any position."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pipelines.delivery import refresh
from pipelines.delivery import retract as retracting
from pipelines.delivery.retract import retract
from pipelines.installation.contracts import contracts
from pipelines.installation.workspace import Workspace
from pipelines.sample.write import write_corporation
from pipelines.warehouse.stores import open_warehouse
from tests.support import small
from tests.support.cases import cases
from tests.support.deliveries import (
    agreement,
    corporation,
    deliver,
    deliver_all,
    load,
    load_well,
    make_workspace,
    waakvlam,
)
from tests.support.small import content

pytestmark = pytest.mark.slow

REGISTER = "huurovereenkomsten"
Content = dict[str, list[Any]]
"""What `tests.support.small.content` reads."""


def assert_as_never_delivered(place: Workspace, theirs: Content) -> None:
    ours = content(place)
    for name, rows in theirs.items():
        assert ours[name] == rows, name


def without(place: Workspace, names: Collection[str], home: Path) -> Content:
    """Load what is in another's inbox but for some deliveries, and return what is stored then."""
    never = make_workspace(home)
    for path in place.inbox.iterdir():
        if path.name not in names:
            shutil.copy2(path, never.inbox / path.name)
    load_well(never)
    return content(never)


@pytest.fixture(scope="module", autouse=True)
def no_gate() -> Iterator[None]:
    """Without the first register the gate would stop all that came beside it: what it judged then is not undone."""
    with pytest.MonkeyPatch.context() as patch, small.no_gate():
        patch.setenv("WAAKVLAM_KEY", "7" * 64)
        yield


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy of the loaded workspace."""
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Workspace:
    """Load three weeks in which tenants move, names change, complaints are corrected and arrears come and go."""
    place = make_workspace(tmp_path_factory.mktemp("loaded") / "home")
    for week, day in enumerate(("2026-10-26", "2026-11-02", "2026-11-09")):
        extracts = corporation()
        register = extracts[REGISTER]
        register[0] |= {"naam": f"Naam van week {week}"}
        if week == 1:
            register[2] |= {"einddatum": "2026-10-31"}
            register.append(agreement(30, eenheid_id="E3", huisnummer="3", begindatum="2026-11-01"))
            extracts["overlastmeldingen"][1] |= {"zaaktypedetailsoort_code": "AGR"}
            extracts["huurachterstanden"] = extracts["huurachterstanden"][1:]
        if week == 2:
            extracts["huurachterstanden"] = extracts["huurachterstanden"][:-1]
            register.append(agreement(31))
        deliver_all(place, day, extracts)
    load_well(place)
    return place


@pytest.fixture(scope="module")
def before(loaded: Workspace) -> Content:
    """What the loaded workspace holds."""
    return content(loaded)


@pytest.fixture(scope="module")
def never(loaded: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Content]:
    """Return a function that loads the same weeks but for one delivery, once for all tests."""
    return cache(lambda name: without(loaded, {name}, tmp_path_factory.mktemp("never") / "home"))


DAYS = ("2026-10-26", "2026-11-02", "2026-11-09")
EXTRACTS = (REGISTER, "huurachterstanden", "overlastmeldingen")
TRIED = [(extract, DAYS[(at + turn) % 3]) for turn in range(3) for at, extract in enumerate(EXTRACTS)]
"""The first three have each extract and each day."""


@pytest.mark.long
@pytest.mark.parametrize(("extract", "day"), TRIED[: cases(3, 9)])
def test_as_if_never_delivered(
    place: Workspace, before: Content, never: Callable[[str], Content], extract: str, day: str
):
    name = f"{extract}_{day}.csv"
    assert before != never(name)
    retract(place, name)
    assert_as_never_delivered(place, never(name))
    assert not (place.inbox / name).exists() and (place.withdrawn / name).exists()
    assert all(outcome.known for outcome in load(place)), "the next run does not load it again"


def test_withdrawn_and_delivered_again_is_as_before(place: Workspace, before: Content):
    retract(place, f"{REGISTER}_2026-11-02.csv")
    (place.withdrawn / f"{REGISTER}_2026-11-02.csv").replace(place.inbox / f"{REGISTER}_2026-11-02.csv")
    load_well(place)
    after = content(place)
    # What the middle week showed first, the last week counts as its own since: the numbers of a load are its order.
    for name in before:
        if name not in ("deliveries", *(f"raw.{extract}" for extract in contracts())):
            assert after[name] == before[name], name


def test_a_replacement_that_is_withdrawn_gives_way_to_what_it_replaced(place: Workspace, before: Content):
    deliver(
        place,
        "huurachterstanden",
        "2026-11-09",
        [{"overeenkomst_id": "O1", "saldo": "900,00"}, *corporation()["huurachterstanden"][1:]],
        version=2,
    )
    load_well(place)
    assert content(place) != before
    retract(place, "huurachterstanden_2026-11-09_v2.csv")
    assert content(place) == before


def test_names_are_not_guessed_where_the_file_of_before_is_gone(place: Workspace, before: Content):
    (place.inbox / f"{REGISTER}_2026-11-02.csv").unlink()
    said = waakvlam(place, "retract", f"{REGISTER}_2026-11-09.csv")
    assert said.code == 2 and f"{REGISTER}_2026-11-02.csv is needed" in said.err
    assert content(place) == before and (place.inbox / f"{REGISTER}_2026-11-09.csv").exists()


def test_what_was_never_loaded_cannot_be_withdrawn(place: Workspace):
    said = waakvlam(place, "retract", "huurachterstanden_2026-11-10.csv")
    assert said.code == 2 and "nearest: huurachterstanden_2026-11-0" in said.err


@pytest.mark.parametrize(
    ("module", "stop"),
    [(retracting, "_mend_vault"), (retracting, "_mend_warehouse"), (refresh, "refresh_touched")],
    ids=["in the vault", "in the warehouse", "before the refresh"],
)
def test_cut_off_half_way_it_is_finished_by_the_same_command(
    place: Workspace, never: Callable[[str], Content], monkeypatch, module: Any, stop: str
):
    name = f"{REGISTER}_2026-11-09.csv"

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module, stop, dies)
        retract(place, name)
    assert waakvlam(place, "retract", name).code == 0
    assert_as_never_delivered(place, never(name))


@pytest.fixture(scope="module")
def invented(no_gate, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """An invented corporation of which every extract was loaded, with corrections, moves, late rows and dirt."""
    place = make_workspace(tmp_path_factory.mktemp("invented") / "home")
    days = ("2026-11-02", "2026-11-09", "2026-11-16")
    write_corporation(
        place.inbox, homes=80, weeks=40, seed=3, until=date.fromisoformat(days[-1]), deliveries=len(days)
    )
    for week, day in enumerate(days):  # what it does not deliver: kept, corrected, withdrawn and new rows
        numbers = range(1 + week, 12 + week)
        named = [
            {"overeenkomst_id": f"OVK{n:07}", "datum": f"2026-10-{n:02}", "boekdatum": f"2026-10-{n:02}"}
            for n in numbers
        ]
        moments = [
            {"contactmoment_id": f"C{n}", "kanaal_code": "TEL"} | row
            for n, row in zip(numbers, named, strict=True)
        ]
        deliver(place, "contactmomenten", day, moments)
        booked = [
            {"boeking_id": f"B{n}", "bedrag": f"{n * week},50"} | row
            for n, row in zip(numbers, named, strict=True)
        ]
        deliver(place, "boekingen", day, booked)
        answers = [
            {"rij": f"R{n}", "overeenkomst_id": row["overeenkomst_id"], "datum": "2026-10-20"}
            for n, row in enumerate(named)
        ]
        deliver(place, "toewijzingen", day, answers)
    load_well(place)
    with open_warehouse(place, read_only=True) as con:
        tenants = con.execute(
            "SELECT DISTINCT huurder_id FROM raw.huurovereenkomsten ORDER BY 1 LIMIT 12"
        ).fetchall()
    for week, day in enumerate(days):
        flag = {"soort_code": "BET", "begindatum": "2026-10-01"}
        flags = [
            flag | {"signalering_id": f"S{n}", "huurder_id": tenant}
            for n, (tenant,) in enumerate(tenants[week:], week)
        ]
        flags[0] |= {"einddatum": day}
        deliver(place, "signaleringen", day, flags)
    load_well(place)
    return place


WEEKS = ("first", "middle")
ALONE = list(product(contracts(), reversed(WEEKS)))


def file_of(invented: Workspace, extract: str, week: str) -> str:
    names = sorted(path.name for path in invented.inbox.iterdir() if path.name.startswith(extract))
    return names[0 if week == "first" else len(names) // 2]


def withdraw_all(invented: Workspace, names: Collection[str], folder: Path) -> None:
    """Withdraw deliveries one after the other, and compare with a workspace that never had any of them."""
    shutil.copytree(invented.home, folder / "copy")
    place = Workspace(folder / "copy")
    for name in names:
        retract(place, name)
    assert_as_never_delivered(place, without(invented, names, folder / "never"))


@pytest.mark.long
@pytest.mark.parametrize("week", WEEKS[: cases(1, 2)])
def test_every_extract_of_the_invented_corporation(invented: Workspace, tmp_path: Path, week: str):
    """The register comes first: withdrawn later, it would match the rows of the others again and hide what they left."""
    extracts = sorted(contracts(), key=lambda name: name != REGISTER)
    withdraw_all(invented, [file_of(invented, extract, week) for extract in extracts], tmp_path)


@pytest.mark.long
@pytest.mark.parametrize(("extract", "week"), ALONE[: cases(1, len(ALONE))])
def test_every_extract_alone(invented: Workspace, tmp_path: Path, extract: str, week: str):
    withdraw_all(invented, [file_of(invented, extract, week)], tmp_path)
