"""Define the parameters in which one demo corporation differs from another."""

from __future__ import annotations

from dataclasses import dataclass


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
    zeal : float
        Complaints per year of a household that complains about everything.
    bailiff_days : tuple of int
        Range of days a file runs before the bailiff is considered.
    unnumbered : int
        One in this many tenants has no number in the register, only the word ONBEKEND; 0 if all have one.
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
    zeal: float = 4.0
    bailiff_days: tuple[int, int] = (85, 120)
    unnumbered: int = 0
