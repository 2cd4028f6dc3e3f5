"""Define the parameters in which one demo corporation differs from another."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.installation.errors import ConfigurationError


@dataclass(frozen=True)
class Demo:
    """Parameters of an invented corporation.

    Shares are fractions of households, rates are per household per year, days are calendar days.

    Attributes
    ----------
    towns, wijken : tuple of str
        Names of invented places; homes are spread over the wijken, and the wijken over the towns.
    numeric_keys : bool
        Keys are zero-padded numbers ("0001234") instead of prefixed ones ("OVK101234").
    monthly_list : bool
        Whether the arrears list is read on the third Monday of each month instead of every Monday.
    flats : float
        Share of homes in blocks of flats.
    built : tuple of int
        Oldest and newest year of building.
    rents : tuple of float
        Lowest and highest gross rent per month, in euro, at the start of the history.
    turnover : float
        Tenants who give notice, per home per year.
    money, overload, conflict : float
        Setbacks per household per year to its money, to its grip on the household and to its peace with others.
    link : float
        Correlation between the frailties for money and for overload (0 to 1).
    careless, loud, isolated, busy, complains : float
        Shares of households that pay late but always pay; that are noisy without other trouble; that avoid contact;
        that are at work when the plumber calls; that complain about everything.
    settled, disputed : float
        Shares of households whose debt is frozen in a debt settlement, and that withhold rent over a dispute.
    reporting : float
        How readily neighbours report nuisance; 1 is usual.
    bailiff_days : tuple of int
        Range of days a file runs before the bailiff is considered.
    """

    towns: tuple[str, ...]
    wijken: tuple[str, ...]
    numeric_keys: bool = False
    monthly_list: bool = False
    flats: float = 0.55
    built: tuple[int, int] = (1948, 2016)
    rents: tuple[float, float] = (400.0, 780.0)
    turnover: float = 0.07
    money: float = 0.10
    overload: float = 0.05
    conflict: float = 0.016
    link: float = 0.5
    careless: float = 0.015
    loud: float = 0.025
    isolated: float = 0.06
    busy: float = 0.10
    complains: float = 0.003
    settled: float = 0.003
    disputed: float = 0.0006
    reporting: float = 1.0
    bailiff_days: tuple[int, int] = (85, 120)

    @classmethod
    def variant(cls, name: str) -> Demo:
        """Return a ready-made corporation.

        Parameters
        ----------
        name : str
            "stad" (a city with weekly arrears lists), "kust" (coastal villages with monthly lists and other causes) or
            "veen" (small inland towns, where money trouble is more frequent and neighbours report less).

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


VARIANTS: dict[str, Demo] = {
    "stad": Demo(
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
    ),
    "kust": Demo(
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
    ),
    "veen": Demo(
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
    ),
}
