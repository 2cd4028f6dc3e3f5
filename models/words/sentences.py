"""One Dutch sentence per family of signals: what was recorded, how much and when.

The reader is a wooncoach who will stand at the door with it, so a sentence says what a system recorded and
not what someone is like. Where the record can be wrong or be nobody's doing, it says that too. Only what gave
points is told; the amount owed and a running payment plan go with it: leaving them out would mislead.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from models.words.dutch import counted, euro, listing, month, number, on, on_days, roughly, sentence
from models.words.facts import Facts

PHASES = {
    "herinnering": "herinnering verstuurd",
    "aanmaning": "aanmaning verstuurd",
    "sommatie": "laatste aanmaning verstuurd",
    "deurwaarder": "de zaak ligt bij de deurwaarder",
    "dagvaarding": "dagvaarding verstuurd",
    "vonnis": "er is een vonnis",
    "ontruiming_aangezegd": "ontruiming aangezegd",
}
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
    "veiligheid": "zorgen over veiligheid",
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


def arrears(facts: Facts) -> str:
    """Tell the arrears: ``Twee maanden huurachterstand (€ 1.240), begonnen in augustus; ...``."""
    owed = facts.number("arrears_euro") or 0
    clauses = _strongest(facts, _ARREARS, most=2)
    if owed > 0:
        clauses.insert(0, _owed(facts, owed))
    clauses = clauses or ["er is of was een huurachterstand"]
    if facts.number("arrears_euro") == 0:
        clauses.append("nu is er geen achterstand")
    if facts.flag("plan_running"):
        clauses.append("er loopt een betalingsregeling")
    return sentence(clauses)


def _owed(facts: Facts, owed: float) -> str:
    months, since, as_of = facts.number("arrears_months"), facts.day("fact_arrears_since"), facts.as_of
    position = facts.day("fact_arrears_peildatum")
    # The list of Monday's peildatum is the normal case; an older position must not pass for today's.
    dated = f" op {on(position, as_of)}" if position and as_of and (as_of - position).days > 7 else ""
    text = f"huurachterstand van {euro(owed)}{dated}"
    if months and months > 0:
        text = f"{roughly(months, 'maand', 'maanden')} huurachterstand ({euro(owed)}{dated})"
    return f"{text}, begonnen in {month(since, as_of)}" if since else text


def _plan_broken(facts: Facts) -> str:
    day = facts.day("fact_plan_broken_on")
    # The date is that of the first position that shows the stop: the stop itself may be days older.
    return f"betalingsregeling gestopt{f' (bekend sinds {on(day, facts.as_of)})' if day else ''}"


def _phase(facts: Facts) -> str:
    return PHASES.get(facts.code("fact_collection_phase") or "", "")


def _stornos(facts: Facts) -> str:
    days = 90 if facts.points("stornos_90d") > 0 else 365
    times, last = facts.count(f"stornos_{days}d"), facts.day("fact_last_storno_on")
    window = "90 dagen" if days == 90 else "een jaar"
    text = f"de huur kon {number(times)} keer niet worden afgeschreven"
    return text + _when(times, window, last, facts) if times else ""


def _last_payment(facts: Facts) -> str:
    day, amount = facts.day("fact_last_payment_on"), facts.number("fact_last_payment_euro") or 0
    text = f"laatste betaling op {on(day, facts.as_of)}" if day else ""
    return f"{text} ({euro(amount)})" if text and amount > 0 else text


def _returns(facts: Facts) -> str:
    times = facts.count("arrears_returns_365d")
    return f"de achterstand kwam in een jaar {number(times)} keer terug" if times else ""


def _change(facts: Facts) -> str:
    change, months = facts.number("arrears_change_3m") or 0, facts.number("arrears_months")
    if change <= 0 or (months is not None and change >= months - 0.05):
        return ""  # all of it is younger than three months: "begonnen in" says so already
    much = f"met {roughly(change, 'maandhuur', 'maandhuren')}" if change >= 0.75 else "verder"
    return f"in drie maanden {much} gestegen"


def _weeks(facts: Facts) -> str:
    weeks, since, as_of = facts.count("arrears_weeks_365d"), facts.day("fact_arrears_since"), facts.as_of
    told = since and as_of and (as_of - since).days // 7 >= weeks - 2
    return f"in een jaar {counted(weeks, 'week', 'weken')} huurachterstand" if weeks and not told else ""


def _oldest(facts: Facts) -> str:
    due, since = facts.day("fact_oldest_due_on"), facts.day("fact_arrears_since")
    told = due and since and due >= since.replace(day=1)
    return f"de oudste open rekening is van {on(due, facts.as_of)}" if due and not told else ""


def nuisance(facts: Facts) -> str:
    """Tell the complaints: ``Vier meldingen van overlast in 90 dagen (geluid), van twee melders; ...``."""
    recent, year = facts.count("complaints_90d"), facts.count("complaints_365d")
    times, last = max(recent, year), facts.day("fact_last_complaint_on")
    kinds = sorted((kind for kind in _KINDS if facts.count(kind)), key=lambda kind: -facts.count(kind))
    text = f"{counted(recent or year, 'melding', 'meldingen')} van overlast" if times else "overlast gemeld"
    if times > 1 or (times and not last):
        text += " in 90 dagen" if recent else " in een jaar"
    if 0 < recent < year:
        text += f", {number(year)} in een jaar"
    if kinds:
        text += f" ({', '.join(_KINDS[kind] for kind in kinds)})"
    clauses = [text + _reporters(facts, times) + _last(times, last, facts)]
    if facts.points("complaints_rise_90d") > 0 and 0 < recent < year:
        clauses.append("meer dan in de 90 dagen daarvoor")
    return sentence(clauses)


def _reporters(facts: Facts, complaints: int) -> str:
    reporters = facts.count("reporters_365d")
    if complaints < 2 or not reporters:
        return ""
    if facts.count("complaints_separate_365d") == reporters:
        return f", van {counted(reporters, 'melder', 'melders')}"
    # Some complaints name no reporter: they may be from the same people or from others.
    return f", van minstens {number(reporters)} melders" if reporters > 1 else ""


def repairs(facts: Facts) -> str:
    """Tell what repairs show: ``Drie keer niemand thuis bij een afspraak voor een reparatie (...)``."""
    return sentence(_strongest(facts, _REPAIRS, most=2) or ["er viel iets op bij reparaties"])


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


def worries(facts: Facts) -> str:
    """Tell who passed on a worry: ``Twee zorgen doorgegeven door de huismeester en een vakman (...)``."""
    times = max(facts.count("worries_90d"), facts.count("worries_365d"))
    last = facts.day("fact_last_worry_on")
    text = f"{counted(times, 'zorg', 'zorgen')} doorgegeven" if times else "er is een zorg doorgegeven"
    sources = [_SOURCES.get(code, "een andere partij") for code in facts.codes("fact_worry_sources")]
    if sources:
        text += f" door {listing(list(dict.fromkeys(sources)))}"
    kinds = [_WORRIES[code] for code in facts.codes("fact_worries") if code in _WORRIES]
    if kinds:
        text += f" ({', '.join(kinds)})"
    return sentence([text + _last(times, last, facts)])


def stacking(facts: Facts) -> str:
    """Tell that things come together or pile up, which weighs more than each by itself (van Laere 2009)."""
    names = [name for family, name in _ACTIVE.items() if facts.flag(f"fact_{family}_active")]
    together = "er speelt meer tegelijk" + (f": {listing(names)}" if len(names) > 1 else "")
    # Less, not nothing: a family counts from a threshold on, and something small may have gone on before.
    grown = ["drie maanden geleden was dat minder"] if facts.count("families_growth") else []
    return sentence([together, *grown])


Clause = tuple[tuple[str, ...], Callable[[Facts], str]]
_ARREARS: tuple[Clause, ...] = (
    (("plan_broken_days",), _plan_broken),
    (("collection_phase",), _phase),
    (("stornos_90d", "stornos_365d"), _stornos),
    (("last_payment_days",), _last_payment),
    (("arrears_returns_365d",), _returns),
    (("arrears_change_3m", "arrears_change_6m"), _change),
    (("arrears_weeks_365d",), _weeks),
    (("oldest_open_days",), _oldest),
)
_REPAIRS: tuple[Clause, ...] = (
    (("not_home_90d", "not_home_365d"), _not_home),
    (("neglect_365d",), _neglect),
    (("damage_365d",), _damage),
    (("same_defect_365d",), _same_defect),
    (("silent_days",), _silence),
)


def _strongest(facts: Facts, clauses: tuple[Clause, ...], *, most: int) -> list[str]:
    """Choose the clauses of the terms that gave most points; equal ones in the order of the table."""
    told = [(facts.points(*terms), build(facts)) for terms, build in clauses if facts.points(*terms) > 0]
    return [text for _, text in sorted(told, key=lambda pair: -pair[0]) if text][:most]


def _when(times: int, window: str, last: date | None, facts: Facts) -> str:
    """Say when within a clause: the only day, or the window and the last day."""
    day = f" op {on(last, facts.as_of)}" if last else ""
    if times > 1 or not day:
        return f" in {window}{f', laatst{day}' if day else ''}"
    return day


def _last(times: int, last: date | None, facts: Facts) -> str:
    """Say when at the end of a sentence: the only day, or the last of several."""
    if not last:
        return ""
    return f"{'; de laatste' if times > 1 else ''} op {on(last, facts.as_of)}"
