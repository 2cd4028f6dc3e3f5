"""The Dutch clauses that describe signals: what was recorded, how much and when.

A wooncoach takes these words to the door, so a clause says what a system recorded and not what someone is like. If the record
may be wrong or nobody's fault, the clause says that too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from features.signal import Clause, Signal
from models.words import arrears
from models.words.dutch import SAFETY, counted, euro, listing, measure, number, on, on_days, roughly
from models.words.facts import Facts

_KINDS = {
    "noise_365d": "geluid",
    "filth_365d": "vervuiling",
    "stench_365d": "stank",
    "aggression_365d": "agressie",
    "quarrels_365d": "burenruzie",
}
_DEFECTS = {
    "GLA": "glasbreuk",
    "KKL": "kakkerlakken",
    "LEK": "lekkage",
    "MUI": "muizen",
    "RAT": "ratten",
    "SCH": "schimmel",
    "SDE": "kapot slot",
    "SKW": "sleutel kwijt",
    "STI": "stank",
    "STO": "storing",
    "VLO": "vlooien",
    "VOC": "vocht",
    "VS0": "verstopping",
    "VS1": "verstopping",
    "VS2": "verstopping",
    "WAN": "wandluizen",
}
_WORRIES = {
    "post_hoopt_op": "post hoopt zich op",
    "woning_vervuild": "woning vervuild",
    "ziet_bewoner_niet": "bewoner lang niet gezien",
    "gordijnen_dicht": "gordijnen steeds dicht",
    "schade_in_woning": "schade in de woning",
    "geldzorgen": "zorgen over geld",
    "geen_gas_stroom_water": "geen gas, stroom of water",
    "veiligheid": SAFETY,
}
_SOURCES = {
    "huismeester": "de huismeester",
    "vakman": "een vakman",
    "wijkteam": "het wijkteam",
    "gemeente": "de gemeente",
    "schuldhulp": "de schuldhulp",
    "politie": "de politie",
}
_ACTIVE = {"arrears": "huur", "nuisance": "overlast", "repairs": "reparaties", "worries": "zorgen"}


def clause(signal: Signal, facts: Facts) -> str:
    """Write the clause that the catalogue names as the reason of a signal.

    Parameters
    ----------
    signal : Signal
        With a reason.
    facts : Facts
        One row of features with its points.

    Returns
    -------
    str
        A clause without a capital and without a full stop. Empty if the facts for it are missing, or if another
        clause of the sentence states them already.
    """
    if isinstance(signal.reason, Clause):
        return WRITERS[signal.reason](facts)
    value = facts.number(signal.name)
    if value is None or signal.reason is None:
        return f"niet bekend: {signal.question[0].lower()}{signal.question[1:].rstrip('?')}"
    text = signal.reason.one if value == 1 else signal.reason.many
    return text.format(value=measure(value), euro=euro(value))


def _stornos(facts: Facts) -> str:
    days = 90 if facts.points("stornos_90d") > 0 else 365
    times, last = facts.count(f"stornos_{days}d"), facts.day("fact_last_storno_on")
    window = "90 dagen" if days == 90 else "een jaar"
    text = f"de huur kon {number(times)} keer niet worden afgeschreven"
    return text + _when(times, window, last, facts) if times else ""


def _complaints(facts: Facts) -> str:
    """Write the complaints: ``vier meldingen van overlast in 90 dagen (geluid), van twee melders; ...``."""
    recent, year = facts.count("complaints_90d"), facts.count("complaints_365d")
    times, last = max(recent, year), facts.day("fact_last_complaint_on")
    text = f"{counted(recent or year, 'melding', 'meldingen')} van overlast" if times else "overlast gemeld"
    if times > 1 or (times and not last):
        text += " in 90 dagen" if recent else " in een jaar"
    if 0 < recent < year:
        text += f", {number(year)} in een jaar"
    text += _kinds(facts, times) + _reporters(facts, times) + _last(times, last, facts)
    if facts.points("complaints_rise_90d") > 0 and 0 < recent < year:
        text += "; meer dan in de 90 dagen daarvoor"
    return text


def _kinds(facts: Facts, complaints: int) -> str:
    """Write what the complaints were about, with a number for each kind if some are of a kind without a word here."""
    kinds = sorted((kind for kind in _KINDS if facts.count(kind)), key=lambda kind: -facts.count(kind))
    if not kinds:
        return ""
    if sum(facts.count(kind) for kind in kinds) >= complaints:
        return f" ({', '.join(_KINDS[kind] for kind in kinds)})"
    return f" (waarvan {listing([f'{number(facts.count(kind))} over {_KINDS[kind]}' for kind in kinds])})"


def _reporters(facts: Facts, complaints: int) -> str:
    reporters = facts.count("reporters_365d")
    if complaints < 2 or not reporters:
        return ""
    if facts.count("complaints_separate_365d") == reporters:
        return f", van {counted(reporters, 'melder', 'melders')}"
    # Complaints without a reporter may come from the same people or from others.
    return f", van minstens {number(reporters)} melders" if reporters > 1 else ""


def _not_home(facts: Facts) -> str:
    times = max(facts.count("not_home_365d"), facts.count("not_home_90d"))
    days = sorted(set(facts.days("fact_not_home_on")))[-3:]
    text = f"{number(times)} keer niemand thuis bij een afspraak voor een reparatie"
    if times > len(days):
        text += " in een jaar"
    if days:
        text += f" ({'laatst op ' if times > len(days) else ''}{on_days(days, facts.as_of)})"
    return text if times else ""


def _neglect(facts: Facts) -> str:
    times, last = facts.count("neglect_365d"), facts.day("fact_last_neglect_on")
    kinds = sorted({_DEFECTS[code] for code in facts.codes("fact_neglect_kinds") if code in _DEFECTS})
    text = f"{counted(times, 'reparatieverzoek', 'reparatieverzoeken')} over "
    text += (listing(kinds) or "vocht, vuil of ongedierte") + _when(times, "een jaar", last, facts)
    return f"{text} (kan ook aan de woning liggen)" if times else ""


def _damage(facts: Facts) -> str:
    times, last = facts.count("damage_365d"), facts.day("fact_last_damage_on")
    text = f"bij {counted(times, 'reparatie', 'reparaties')}{' in een jaar' if times > 1 else ''}"
    if last:
        text += f" ({'laatst op ' if times > 1 else ''}{on(last, facts.as_of)})"
    return f"{text} staat gebruik of vernieling als oorzaak" if times else ""


def _same_defect(facts: Facts) -> str:
    times, kind = facts.count("same_defect_365d"), _DEFECTS.get(facts.code("fact_same_defect_kind") or "")
    text = f"{number(times)} keer dezelfde reparatie gevraagd in een jaar"
    return f"{text}{f' ({kind})' if kind else ''}" if times > 1 else ""


def _silence(facts: Facts) -> str:
    days, last = facts.count("silent_days"), facts.day("fact_last_sign_on")
    since = f"sinds {on(last, facts.as_of)}" if last else f"in {roughly(days / 365.25, 'jaar', 'jaar')}"
    return f"geen reparatieverzoek of contact {since} (kan ook een goed teken zijn)" if days else ""


def _worries(facts: Facts) -> str:
    """Write the worries and their sources: ``twee zorgen doorgegeven door de huismeester en een vakman (...)``."""
    times = max(facts.count("worries_90d"), facts.count("worries_365d"))
    last = facts.day("fact_last_worry_on")
    text = f"{counted(times, 'zorg', 'zorgen')} doorgegeven" if times else "er is een zorg doorgegeven"
    sources = [_SOURCES.get(code, "een andere partij") for code in facts.codes("fact_worry_sources")]
    if sources:
        text += f" door {listing(list(dict.fromkeys(sources)))}"
    codes = facts.codes("fact_worries")
    if kinds := [_WORRIES[code] for code in codes if code in _WORRIES]:
        kinds += ["iets anders"] if len(kinds) < len(codes) else []
        text += f" ({', '.join(kinds)})"
    return text + _last(times, last, facts)


def _stacking(facts: Facts) -> str:
    """Write that problems come together or pile up, which weighs more than each by itself (van Laere 2009)."""
    names = [name for family, name in _ACTIVE.items() if facts.flag(f"fact_{family}_active")]
    together = "er speelt meer tegelijk" + (f": {listing(names)}" if len(names) > 1 else "")
    # "Minder", not "niets": a family is active from a threshold on, so a small problem may have been there before.
    return together + ("; drie maanden geleden was dat minder" if facts.count("families_growth") else "")


def _when(times: int, window: str, last: date | None, facts: Facts) -> str:
    """Write the time inside a clause: the only day, or the window and the last day."""
    day = f" op {on(last, facts.as_of)}" if last else ""
    if times > 1 or not day:
        return f" in {window}{f', laatst{day}' if day else ''}"
    return day


def _last(times: int, last: date | None, facts: Facts) -> str:
    """Write the time at the end of a clause: the only day, or the last of several."""
    if not last:
        return ""
    return f"{'; de laatste' if times > 1 else ''} op {on(last, facts.as_of)}"


WRITERS: Mapping[Clause, Callable[[Facts], str]] = {
    Clause.OWED: arrears.owed,
    Clause.PLAN_RUNNING: arrears.plan_running,
    Clause.PLAN_BROKEN: arrears.plan_broken,
    Clause.COLLECTION_PHASE: arrears.phase,
    Clause.STORNOS: _stornos,
    Clause.LAST_PAYMENT: arrears.last_payment,
    Clause.ARREARS_RETURNS: arrears.returns,
    Clause.ARREARS_CHANGE: arrears.change,
    Clause.ARREARS_WEEKS: arrears.weeks,
    Clause.OLDEST_DUE: arrears.oldest,
    Clause.COMPLAINTS: _complaints,
    Clause.NOT_HOME: _not_home,
    Clause.NEGLECT: _neglect,
    Clause.DAMAGE: _damage,
    Clause.SAME_DEFECT: _same_defect,
    Clause.SILENCE: _silence,
    Clause.WORRIES: _worries,
    Clause.STACKING: _stacking,
}
"""The function that writes each clause; tests/models/words/test_clauses.py checks that none is missing."""
