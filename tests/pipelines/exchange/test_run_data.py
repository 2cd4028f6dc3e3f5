"""Test what the portal receives about the sources, the gates and the signals of a run."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.delivery import ingest
from pipelines.delivery.freshness import freshness
from pipelines.exchange.figures import fired
from pipelines.exchange.run_data import SentSource, run_data
from pipelines.installation.calendar import WEEK
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from pipelines.scoring import cards, score
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import agreement, deliver, load_well, make_workspace, put, with_settings

pytestmark = pytest.mark.dear

MONDAY = date(2026, 11, 16)
COMPLAINT = {
    "registratiedatum": "2026-11-02 10:00",
    "zaaktypesoort_code": "OVE",
    "zaaktypedetailsoort_code": "GEL",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Arrears each week but this one, the same complaints for two weeks, no repairs, and a register that is refused this week."""
    home = make_workspace(tmp_path_factory.mktemp("run") / "home")
    made = with_settings(
        home,
        'expected = ["huurovereenkomsten", "huurachterstanden", "overlastmeldingen", "reparatieverzoeken"]\n',
    )
    deliver(made, "huurovereenkomsten", str(MONDAY - WEEK), [agreement(n) for n in range(1, 41)])
    for number in range(1, 8):
        day = str(MONDAY - number * WEEK)
        debt = {"saldo": "1.650,00", "oudste_vervaldatum": "2026-08-01", "peildatum": day}
        deliver(made, "huurachterstanden", day, [debt | {"overeenkomst_id": f"O{n}"} for n in range(1, 13)])
    complaints = [COMPLAINT | {"zaak_id": f"Z{n}", "beklaagde_eenheid_id": f"E{n}"} for n in range(1, 4)]
    for day in (MONDAY - WEEK, MONDAY):
        deliver(made, "overlastmeldingen", str(day), complaints)
    load_well(made)
    return made


def sent(place: Workspace, as_of: date = MONDAY, outcomes: tuple[ingest.Outcome, ...] = ()):
    with open_warehouse(place, read_only=True) as con:
        return run_data(con, as_of, freshness(con, place.settings, as_of), outcomes)


def by_extract(place: Workspace, **given) -> dict[str, SentSource]:
    return {source.extract: source for source in sent(place, **given).sources}


def test_a_source_is_missing_late_stale_or_fresh(place: Workspace):
    now = by_extract(place)
    assert now["reparatieverzoeken"].state == "missing"
    assert (now["huurachterstanden"].state, now["huurachterstanden"].newest) == ("late", str(MONDAY - WEEK))
    assert now["overlastmeldingen"].state == "fresh"
    assert now["boekingen"].state == "unused"
    later = by_extract(place, as_of=MONDAY + 4 * WEEK)
    assert (later["huurachterstanden"].state, later["huurachterstanden"].age_days) == ("stale", 35)
    assert later["huurachterstanden"].name == "de huurachterstanden"


def test_every_extract_that_the_corporation_delivers_is_a_source_and_what_only_the_portal_gives_is_none(
    tmp_path,
):
    """Objections come from both, contacts from the portal alone, and worries from nobody yet."""
    place = make_workspace(tmp_path / "home")
    deliver(place, "huurovereenkomsten", str(MONDAY), [agreement(n) for n in range(1, 4)])
    (place.inbox / "portal").mkdir()
    objection = {"bezwaar_id": "B1", "overeenkomst_id": "O1", "datum": str(MONDAY)}
    deliver(place, "bezwaren", str(MONDAY), [objection])
    contact = {"contact_id": "C1", "overeenkomst_id": "O2", "datum": str(MONDAY), "corporatie_id": "C1"}
    for name, row in (
        ("bezwaren", objection | {"bezwaar_id": "B2", "corporatie_id": "C1"}),
        ("contacten", contact | {"stand": "in_contact"}),
    ):
        put(place, f"portal/{name}_{MONDAY}.csv", f"{';'.join(row)}\n{';'.join(row.values())}\n")
    load_well(place)
    shown = sent(place).sources
    assert [(one.source, one.state) for one in shown if one.extract == "bezwaren"] == [("", "old")]
    assert not any(one.extract in ("contacten", "meldingen_medewerkers") for one in shown)


def test_a_source_that_came_and_was_refused_says_so(place: Workspace):
    path = put(place, f"huurachterstanden_{MONDAY}.csv", "no;such\n1;2\n")
    try:
        found, _ = inbox.find(place.inbox)
        outcomes = tuple(ingest.load_all(place, [one for one in found if one.name == path.name]))
        data = sent(place, outcomes=outcomes)
    finally:
        path.unlink()
    arrears = next(source for source in data.sources if source.extract == "huurachterstanden")
    assert (arrears.state, arrears.refused) == ("late", True)
    assert [row.state for row in data.deliveries if row.extract == "huurachterstanden"][-1] == "refused"


def test_the_same_file_for_two_weeks_has_each_figure_of_the_gate_once(place: Workspace):
    gates = Counter((gate.file, gate.figure) for gate in sent(place).gates)
    assert any(file == f"overlastmeldingen_{MONDAY}.csv" for file, _ in gates)
    assert max(gates.values()) == 1


def test_quarantined_rows_have_their_lines_and_unknown_codes_a_line_for_the_mapping(tmp_path):
    place = make_workspace(tmp_path / "home")
    deliver(place, "huurovereenkomsten", str(MONDAY), [agreement(n) for n in range(1, 41)])
    known = COMPLAINT | {"zaaktypesoort_code": "WOO"}
    codes = ["GEL", "X99", "een naam zoals Jansen", "GEL", "GEL"]
    days = ["2026-11-02 10:00", "2026-11-02 10:00", "2026-11-02 10:00", "gisteren", "later"]
    rows = [
        known
        | {
            "zaak_id": f"Z{n}",
            "beklaagde_eenheid_id": f"E{n}",
            "zaaktypedetailsoort_code": code,
            "registratiedatum": day,
        }
        for n, (code, day) in enumerate(zip(codes, days, strict=True), 1)
    ]
    usual = [known | {"zaak_id": f"U{n}", "beklaagde_eenheid_id": f"E{n % 40 + 1}"} for n in range(200)]
    deliver(place, "overlastmeldingen", str(MONDAY), rows + usual)
    load_well(place)
    data = sent(place)
    assert [(row.reason, row.rows, row.lines) for row in data.quarantine] == [
        ("bad date registratiedatum", 2, "5, 6")
    ]
    lines = {row.value: row.mapping for row in data.unmapped}
    assert lines["X99"].startswith('[extracts.overlastmeldingen.codes.zaaktypedetailsoort_code] "X99" = ')
    (hidden,) = lines.keys() - {"X99"}
    assert lines[hidden] == "" and "Jansen" not in str(data)


def refuse(place: Workspace, path: Path):
    """Return what is sent of a delivery that is refused; it does not stay in the inbox."""
    try:
        found, _ = inbox.find(place.inbox)
        outcomes = tuple(ingest.load_all(place, [one for one in found if one.name == path.name]))
        assert outcomes[0].refusal
        return sent(place, outcomes=outcomes)
    finally:
        path.unlink()


def test_what_the_gate_refused_has_its_faulty_lines_and_unknown_codes(place: Workspace):
    rows = [
        COMPLAINT
        | {
            "zaak_id": f"Z{n}",
            "beklaagde_eenheid_id": f"E{n}",
            "registratiedatum": "gisteren" if n % 2 else "2026-11-02 10:00",
            "zaaktypedetailsoort_code": "een naam zoals Jansen" if n == 1 else ("X99", "GEL")[n % 2],
        }
        for n in range(1, 13)
    ]
    before = sent(place)
    data = refuse(place, deliver(place, "overlastmeldingen", f"{MONDAY}_v2", rows))
    refused = next(row for row in data.deliveries if row.state == "refused")
    assert (refused.rows_read, refused.rows_quarantined, refused.rows_staged) == (12, 6, None)
    theirs = [row for row in data.quarantine if row.file == refused.file]
    assert [(row.reason, row.rows, row.lines) for row in theirs] == [
        ("bad date registratiedatum", 6, "2, 4, 6, 8, 10, 12")
    ]
    lines = {row.value: row.mapping for row in data.unmapped if row.file == refused.file}
    assert '"X99" = ' in lines["X99"]
    assert "Jansen" not in str(data)
    again = sent(place)
    assert (again.deliveries, again.quarantine) == (before.deliveries, before.quarantine)


def test_who_accepted_a_delivery_against_its_gate_is_sent_with_the_day_in_amsterdam(tmp_path):
    place = make_workspace(tmp_path / "home")
    deliver(place, "huurovereenkomsten", str(MONDAY), [agreement(n) for n in range(1, 41)])
    load_well(place)
    assert [row.accepted_by for row in sent(place).deliveries] == [None]
    with open_warehouse(place) as con:
        con.execute(
            "INSERT INTO run.accepted SELECT sha256, file_name, '2026-11-16 23:30', 'Anna', 'Het klopt zo.', ['rows'] "
            "FROM run.deliveries"
        )
    (row,) = sent(place).deliveries
    assert (row.accepted_by, row.accepted_on, row.accepted_because) == ("Anna", "2026-11-17", "Het klopt zo.")


def test_what_cannot_be_read_has_the_line_or_column_where_reading_stopped(place: Workspace):
    path = put(place, f"huurachterstanden_{MONDAY}.csv", 'overeenkomst_id;saldo\nO1;"never closed\nO2;1\n')
    refused = next(row for row in refuse(place, path).deliveries if row.state == "refused")
    assert (refused.line, refused.column, refused.rows_read) == (2, None, None)


def test_a_signal_counts_the_agreements_that_it_gives_points(place: Workspace):
    card = cards.scorecard(place)
    with open_warehouse(place) as con:
        score.score(con, place, [MONDAY - WEEK], card)
        counted = {row.signal: row for row in fired(con, MONDAY - WEEK)}
        points = con.execute("SELECT points_arrears_months FROM scored WHERE exclusion IS NULL").fetchall()
        without = {
            name: con.execute(
                f'SELECT count(*) FILTER ("{name}" IS NULL) FROM scored WHERE exclusion IS NULL'
            ).fetchall()[0][0]
            for name in counted
        }
    assert counted["arrears_months"].agreements == sum(value > 0 for (value,) in points) == 12
    assert counted["arrears_months"].points == max(value for (value,) in points) > 0
    assert {name: row.without for name, row in counted.items()} == without
    assert any(without.values()) and not all(without.values())
    assert counted["worries_90d"].agreements == counted["worries_90d"].points == 0
    assert counted["arrears_months"].question
    assert counted.keys() == {term.signal for term in card.terms}


def test_what_the_portal_gave_back_since_a_list_is_shown_with_the_next_one(place: Workspace):
    """On the day of the list too: the portal may have been worked in before or after the run."""
    days = [str(MONDAY), str(MONDAY + timedelta(days=3))]
    (place.inbox / "portal").mkdir()
    for number, day in enumerate(days, 3):
        row = {
            "contact_id": f"C{number}",
            "overeenkomst_id": "O1",
            "datum": day,
            "corporatie_id": "C1",
            "stand": "in_contact",
        }
        path = deliver(place, "contacten", day, [row])
        path.rename(place.inbox / "portal" / path.name)
    load_well(place)
    assert not [row for row in sent(place).deliveries if row.extract == "contacten"]
    later = [row.file for row in sent(place, MONDAY + WEEK).deliveries if row.extract == "contacten"]
    assert later == [f"portal/contacten_{day}.csv" for day in days]
