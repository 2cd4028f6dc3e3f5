"""Name the demo corporations that `waakvlam sample --variant` can write."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.installation.errors import ConfigurationError
from pipelines.sample import duin, polder
from pipelines.sample.demo import Demo
from pipelines.sample.ways import Ways

_STAD = Demo(
    towns=("Wakerstad",),
    wijken=(
        "Molenrak",
        "De Zonneboog",
        "Havenkwartier",
        "Oude Singel",
        "Sterrenhof",
        "Klokkenveld",
        "Weverspoort",
        "Noordrand",
        "Het Eiland",
        "Parkzicht",
        "Stationsbuurt",
        "Vogelweide",
    ),
)
_KUST = Demo(
    towns=("Duinwake", "Zilverstrand", "Oesterwake", "Helmrug"),
    wijken=(
        "Duinwake-Dorp",
        "Duinwake-Bad",
        "Zilverstrand-Kern",
        "Zilverstrand-Polder",
        "Oesterwake-Haven",
        "Oesterwake-Oost",
        "Helmrug",
        "Strandweg",
    ),
    numeric_keys=True,
    monthly_list=True,
    flats=0.25,
    built=(1955, 2019),
    rents=(430.0, 800.0),
    turnover=0.055,
    money=0.075,
    overload=0.07,
    conflict=0.010,
    link=0.3,
    careless=0.02,
    loud=0.015,
    isolated=0.10,
    busy=0.06,
    complains=0.004,
    reporting=0.7,
    bailiff_days=(75, 110),
)
_VEEN = Demo(
    towns=("Turfwake", "Wijkermeer", "Lange Vaart"),
    wijken=(
        "Turfwake-Noord",
        "Turfwake-Zuid",
        "Wijkermeer",
        "Lange Vaart",
        "De Kavels",
        "Het Verlaat",
        "Sluisbuurt",
    ),
    flats=0.35,
    built=(1951, 2012),
    rents=(410.0, 720.0),
    turnover=0.06,
    money=0.13,
    overload=0.06,
    conflict=0.020,
    link=0.4,
    careless=0.03,
    loud=0.03,
    isolated=0.08,
    busy=0.14,
    complains=0.006,
    reporting=0.8,
    bailiff_days=(60, 130),
)


@dataclass(frozen=True)
class Variant:
    """A ready-made corporation.

    Attributes
    ----------
    about : str
        What distinguishes it, in a few words.
    demo : Demo
        Its parameters.
    ways : type of Ways
        What its households and its office do differently.
    """

    about: str
    demo: Demo
    ways: type[Ways] = Ways


VARIANTS: dict[str, Variant] = {
    "stad": Variant("a city with weekly arrears lists", _STAD),
    "kust": Variant("coastal villages with monthly lists and other causes", _KUST),
    "veen": Variant("small towns with more money trouble, of which neighbours report less", _VEEN),
    "duin": Variant("trouble stays hidden until shortly before the bailiff", duin.DEMO, duin.Duin),
    "polder": Variant("old debts that nobody pursues, and placeholder tenants", polder.DEMO, polder.Polder),
}


def named(name: str) -> Variant:
    """Return a ready-made corporation by its name.

    Raises
    ------
    ConfigurationError
        No demo corporation has this name.
    """
    if name not in VARIANTS:
        raise ConfigurationError(
            f"There is no demo corporation {name!r}.", mend=f"Choose one of: {', '.join(VARIANTS)}."
        )
    return VARIANTS[name]
