"""Reference of scope: which agreements cannot be on the list, and which not this week."""

from __future__ import annotations

from datetime import date

from tests.reference.cut import Case, Row

TOO_LATE = ("deurwaarder", "dagvaarding", "vonnis", "ontruiming_aangezegd")


def exclusion(case: Case) -> str | None:
    """The first reason that applies."""
    rented = case.agreement
    if rented["eenheidsoort_code"] != "WOO":
        return "not_a_home"
    if rented["begindatum"] >= case.as_of:
        return "not_started"
    if rented["einddatum"] and rented["einddatum"] < case.as_of:
        return "ended"
    notice = rented["opzegdatum"] and rented["opzegdatum"] < case.as_of
    if notice or (rented["einddatum"] and (rented["einddatum"] - case.as_of).days <= 92):
        return "notice_given"
    if too_late(case):
        return "too_late"
    if unknown_step(case):
        return "unknown_step"
    if objected(case):
        return "objection"
    return "possible_objection" if possibly_objected(case) else None


def too_late(case: Case) -> bool:
    """At the bailiff or further on the newest list of two years, however old that is."""
    newest = max(case.lists, default=None)
    return newest in case.positions and case.positions[newest]["incassofase"] in TOO_LATE


def unknown_step(case: Case) -> bool:
    """On the newest list of two years at an unknown step, which may be the bailiff's."""
    newest = max(case.lists, default=None)
    step = case.positions[newest]["incassofase"] if newest in case.positions else None
    return step is not None and step not in ("geen", "herinnering", "aanmaning", "sommatie", *TOO_LATE)


def objected(case: Case) -> bool:
    """The tenant has a standing objection, about this agreement or another one of theirs."""
    theirs = agreements_of_tenant(case)
    return any(
        row["overeenkomst_id"] in theirs and row["datum"] < case.as_of
        and (row["ingetrokken_op"] is None or row["ingetrokken_op"] >= case.as_of)
        for row in case.corporation["bezwaren"]
    )  # fmt: skip


def possibly_objected(case: Case) -> bool:
    """An objection that matches nobody may be about this agreement, or another one of its tenant."""
    theirs = agreements_of_tenant(case)
    return any(
        row["overeenkomst_id"] in theirs and row["meaning"] == "objection"
        for row in case.corporation.get("possible_rights", [])
    )


def agreements_of_tenant(case: Case) -> set[str]:
    """Every agreement of the tenant of this one."""
    return {
        row["overeenkomst_id"]
        for row in case.corporation["huurovereenkomsten"]
        if row["huurder_id"] == case.agreement["huurder_id"]
    }


def last_contact(case: Case) -> Row | None:
    """The last contact of the coach; of two on one day the one with the highest id."""
    spoken = [row for row in case.rows("contacten") if row["datum"] < case.as_of]
    return max(spoken, key=lambda row: (row["datum"], row["contact_id"]), default=None)


def hold(case: Case, cooldown_days: int) -> str | None:
    """The first reason that applies, from the last contact of the coach."""
    last = last_contact(case)
    if last is None:
        return None
    age, stand, follow_up = case.age(last["datum"]), last["stand"], last["opvolgdatum"]
    agreed = follow_up is not None and follow_up >= case.as_of
    if stand in ("benaderd", "in_contact") and (age <= 182 or agreed):
        return "in_contact"
    if stand == "waakvlam" and (agreed or (follow_up is None and age <= 91)):
        return "waakvlam"
    if stand == "niet_passend" and age <= 365:
        return "not_fitting"
    spoken = [
        case.age(row["datum"])
        for row in case.rows("contacten")
        if row["datum"] < case.as_of and row["soort"] != "Administratief"
    ]
    return "cool_down" if spoken and min(spoken) < cooldown_days else None


def reach(case: Case, cooldown_days: int) -> dict[str, str | date | None]:
    """The row of the scope of one agreement."""
    same = ("huurder_id", "eenheid_id", "adres_key", "wijk")
    return {name: case.agreement[name] for name in same} | {
        "exclusion": exclusion(case),
        "hold": hold(case, cooldown_days),
    }
