"""Test the exchange without the portal: changes, flare-ups, files and addresses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from models.words.reasons import changes
from pipelines.exchange import collect
from pipelines.exchange.send import _flared_up
from pipelines.reading import inbox
from pipelines.warehouse.stores import attach_vault, open_warehouse
from pipelines.warehouse.unresolved import candidates, unresolved
from pipelines.warehouse.vault import units_at
from pipelines.week import run, steps
from portal.exchange.payload import Feedback
from tests.support.deliveries import agreement, deliver, load_well, make_workspace, with_settings
from tests.support.small import no_gate

MONDAY = date(2026, 11, 16)
KEY = ("demo", "O1")
NOW = {"as_of": date(2026, 11, 19), "arrears_euro": 0.0, "exclusion": None}
THEN = {"as_of": MONDAY, "arrears_euro": 812.5, "exclusion": None}


def week(back: int) -> date:
    return MONDAY - timedelta(weeks=back)


def test_a_payment_has_its_own_code():
    assert changes(NOW, THEN) == [("paid", "De huurachterstand is weg.")]
    assert changes(NOW | {"arrears_euro": 700.0}, THEN) == [("amount", "Achterstand gedaald met € 113.")]
    assert changes(THEN, THEN) == []


def test_the_reason_to_be_out_of_scope_comes_first():
    report = changes(NOW | {"exclusion": "too_late"}, THEN)
    assert report[0] == ("too_late", "Let op: al bij deurwaarder of rechter.")
    assert [code for code, _text in report] == ["too_late", "paid"]
    assert changes(NOW | {"exclusion": "ended"}, THEN | {"exclusion": "ended"}) == [
        ("paid", "De huurachterstand is weg.")
    ]


@pytest.mark.parametrize(
    ("scores", "touched", "flared"),
    [
        ([20, 20, 20], week(2), False),
        ([25, 20, 20], week(2), True),  # five above: a reason to knock by itself
        ([24, 20, 20], week(2), False),
        ([25, 25, 20], week(1), False),  # it was as high when the coach last touched it
        ([25, 25, 20], week(1) - timedelta(days=1), True),  # the Monday before that day counts too
        ([12, 4, 30], week(2), True),  # it went out first, then came back
        ([12, None, 30], week(2), False),  # out of scope for a week
        (["too_late", 20, 20], week(2), True),
        (["too_late", "too_late", "too_late"], week(2), False),
        (["ended", 20, 20], week(2), False),
    ],
)
def test_a_watch_flares_up_when_the_score_rises_since_it_was_touched(scores, touched, flared):
    by_week = {
        week(back): {
            KEY: {"score": score, "exclusion": None}
            if not isinstance(score, str)
            else {"score": None, "exclusion": score}
        }
        for back, score in enumerate(scores)
    }
    actual = _flared_up(by_week, {KEY: touched}, MONDAY, minimum=5)
    assert actual == (frozenset({KEY}) if flared else frozenset())


def test_an_agreement_that_is_gone_does_not_flare_up():
    assert _flared_up({MONDAY: {}, week(1): {}}, {KEY: week(1)}, MONDAY, 5) == frozenset()


ROW = {
    "corporatie_id": "demo",
    "contact_id": "c1",
    "overeenkomst_id": "O1",
    "datum": date(2026, 11, 10),
    "soort": "Huisbezoek",
    "bereikt": True,
    "dagdeel": None,
    "resultaat": "Inwoner heeft zelf al betaald/betalingsregeling getroffen",
    "stand": "in_contact",
    "opvolgdatum": None,
}


def written(folder: Path, *rows: dict) -> str:
    result = collect._deliver(folder, "contacten", MONDAY, rows)
    return result.name if result else ""


def test_the_same_is_written_once_and_something_else_is_a_new_version(tmp_path: Path):
    other = ROW | {"contact_id": "c2"}
    assert written(tmp_path, ROW) == "contacten_2026-11-16.csv"
    assert written(tmp_path, ROW) == ""
    assert written(tmp_path, ROW, other) == "contacten_2026-11-16_v2.csv"
    assert written(tmp_path, ROW, other) == ""
    assert written(tmp_path, ROW) == "contacten_2026-11-16_v3.csv"
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())


def test_remains_of_a_killed_run_are_removed_and_not_loaded(tmp_path: Path):
    place = make_workspace(tmp_path)
    folder = place.inbox / "portal"
    folder.mkdir()
    for name in (".contacten_2026-11-16.csv.part", ".contacten_2026-11-09.csv.part"):
        (folder / name).write_text("half", encoding="utf-8")
    assert inbox.find(place.inbox) == ([], [])
    assert written(folder, ROW)
    assert [path.name for path in folder.iterdir()] == ["contacten_2026-11-16.csv"]


def test_a_moment_a_yes_and_nothing_are_written_as_the_readers_take_them():
    values = (datetime(2026, 11, 10, 14, 5), date(2026, 11, 10), True, False, None, "x")
    assert [collect._plain(value) for value in values] == [
        "2026-11-10 14:05:00",
        "2026-11-10",
        "ja",
        "nee",
        "",
        "x",
    ]


def test_deliveries_of_the_portal_are_canonical_whatever_the_settings_say(tmp_path: Path):
    """Also where another mapping reads the corporation's own: the portal's rows name their corporation themselves."""
    place = make_workspace(tmp_path)
    (place.mappings / "canoniek.toml").write_text("[nonsense", encoding="utf-8")
    settings = place.home / "settings.toml"
    text = settings.read_text(encoding="utf-8").replace('default = "canoniek"', 'default = "dynamics_empire"')
    settings.write_text(text, encoding="utf-8")
    written(place.inbox / "portal", ROW | {"corporatie_id": "elders"})
    with no_gate():
        load_well(place)
    with open_warehouse(place, read_only=True) as con:
        rows = con.execute("SELECT corporatie_id, soort, bereikt, stand FROM staged.contacten").fetchall()
        source = con.execute("SELECT source, extract FROM run.deliveries").fetchall()
    assert rows == [("elders", "Huisbezoek", True, "in_contact")]
    assert source == [("portal", "contacten")]


def test_an_address_is_found_however_it_is_typed_and_never_guessed(tmp_path: Path):
    place = make_workspace(tmp_path)
    homes = [
        agreement(1, huisnummer="12", huisletter="a", huisnummertoevoeging="2"),
        agreement(2, huisnummer="12", huisletter="b"),
        agreement(3, huisnummer="14"),
        agreement(4, huisnummer="14"),  # two homes under one number: which of them is not known
        agreement(5, huisnummer="16", einddatum="2026-01-31"),
        agreement(6, huisnummer="16", eenheid_id="E5"),  # two tenancies, one home
    ]
    deliver(place, "huurovereenkomsten", "2026-11-09", homes)
    with no_gate():
        load_well(place)
    typed = {"12a-2": "E1", "12 A 2": "E1", "12B": "E2", "12": None, "14": None, "16": "E5", "1": None}
    asked = {("demo", "1811 aa", number) for number in typed} | {("elders", "1811AA", "16"), ("demo", "", "")}
    with open_warehouse(place) as con:
        attach_vault(con, place)
        actual = units_at(con, asked)
    assert actual == {("demo", "1811 aa", number): unit for number, unit in typed.items() if unit}


def worry(reference: str, number: str) -> dict:
    place = {"overeenkomst_id": None, "eenheid_id": None, "postcode": "1811AA", "huisnummer": number}
    return place | {
        "corporatie_id": "demo",
        "melding_id": reference,
        "datum": datetime(2026, 11, 10, 9, 30),
        "bron": "huismeester",
        "zorg": "post_hoopt_op",
    }


def test_a_worry_at_an_unknown_address_is_delivered_and_offers_the_homes_near_it(tmp_path: Path):
    place = make_workspace(tmp_path)
    deliver(place, "huurovereenkomsten", "2026-11-09", [agreement(n) for n in (14, 16, 40)])
    with no_gate():
        load_well(place)
    given = Feedback((), (), (worry("w1", "16"), worry("w2", "15")), ())
    located, unknown = collect._located(place, given)
    assert unknown == 1
    assert [row["eenheid_id"] for row in located.meldingen_medewerkers] == ["E16", None]
    collect._deliver(place.inbox / "portal", "meldingen_medewerkers", MONDAY, located.meldingen_medewerkers)
    with no_gate():
        load_well(place)
    with open_warehouse(place, read_only=True) as con:
        assert [(row.line, row.reason) for row in unresolved(con)] == [(3, "no home at the address")]
        assert list(candidates(con).values()) == [["O14", "O16", "O40"]]


def test_an_address_from_the_portal_is_looked_up_in_the_register_of_the_same_week(tmp_path: Path):
    """Else a worry about a home that the register brings this week would belong to nobody until the next run."""
    place = with_settings(make_workspace(tmp_path), "[portal]\nenabled = true\n")
    deliver(place, "huurovereenkomsten", str(MONDAY), [agreement(16)])

    def do(step, *arguments):
        if step is not steps.COLLECT:
            return step.function(*arguments)
        located, unknown = collect._located(place, Feedback((), (), (worry("w1", "16"),), ()))
        path = place.inbox / "portal"
        collect._deliver(path, "meldingen_medewerkers", MONDAY, located.meldingen_medewerkers)
        return collect.Collected(unknown=unknown)

    with no_gate():
        outcomes, misnamed, collected = run._load(do, place, MONDAY, lambda _delivery: None)
    assert (collected.unknown, misnamed) == (0, [])
    assert [(outcome.delivery.extract, outcome.loaded) for outcome in outcomes] == [
        ("huurovereenkomsten", True),
        ("meldingen_medewerkers", True),
    ]
    with open_warehouse(place, read_only=True) as con:
        assert list(unresolved(con)) == []
        query = "SELECT overeenkomst_id FROM staged.meldingen_medewerkers"
        assert con.execute(query).fetchall() == [("O16",)]
