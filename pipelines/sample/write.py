"""Write years of an invented housing corporation as the files that a real one would deliver.

People, streets, numbers and troubles are invented. Postcodes end in letters that are never issued, telephone numbers
begin with 06-0000, and e-mail addresses are at example.nl. In `world`, hidden causes (lack of money, overload, conflict
with neighbours) come and go per household. They leave signals on file late and unevenly and, through people who decide,
lead to a bailiff, court, eviction or flight. No points formula is used anywhere, so that a scorecard has something to
find. Two worlds have causes of their own, which `duin` and `polder` describe.

The files hold the errors of real exports. The percentages are shares of the rows of a file; in a file below 100 rows at
most one row is bad and at most one is a duplicate.

- Rows that must be refused are 0.2 % (1 to 25 rows; up to 0.7 % in a file of some hundreds): a date that does not
  exist, no amount, an unknown kind of home, no key, or an unknown agreement or home. They are in huurovereenkomsten,
  huurachterstanden, overlastmeldingen and reparatieverzoeken.
  One row of signaleringen carries a flag that may not be kept (BEW).
- Exact duplicates are 0.1 % (1 to 10 rows) of the same extracts and of meldingen_medewerkers.
- A code that only this corporation uses loads as unmapped: 2 rows of overlastmeldingen and of reparatieverzoeken.
- About 0.4 % of overlastmeldingen are complaints about a home that was empty.
- About 5 % of overlastmeldingen have the kind PSY or VER, which loads as OVE.
- Some columns are never accepted: geslacht and geboortedatum (huurovereenkomsten), omschrijving (overlastmeldingen).
- Sentinel dates, 9999-12-31 and 1753-01-01, fill 3 % of the open dates in huurovereenkomsten. Every empty date in
  huurachterstanden is 1753-01-01.
- On every list, 0.3 % of tenants have a credit balance.
- In *polder*, one tenant in forty has the number ONBEKEND, and one number is that of an institution with many homes.
- A space follows 2.5 % of the streets, names, wijken and kinds of complaint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from pipelines.installation.errors import ConfigurationError
from pipelines.sample.deliveries import Deliveries
from pipelines.sample.dirt import soil
from pipelines.sample.files import Form
from pipelines.sample.files import write as write_file
from pipelines.sample.variants import named
from pipelines.sample.world import World, simulate

_ORDER = (
    "huurovereenkomsten",
    "huurachterstanden",
    "overlastmeldingen",
    "reparatieverzoeken",
    "signaleringen",
    "meldingen_medewerkers",
    "contacten",
    "bezwaren",
)
_FORMS = {
    "huurachterstanden": Form(encoding="utf-8-sig"),
    "overlastmeldingen": Form(encoding="cp1252"),
    "reparatieverzoeken": Form(ending="csv.gz"),
    "contacten": Form(ending="xlsx"),
}


@dataclass(frozen=True)
class Summary:
    """How many files and rows were written.

    Attributes
    ----------
    files : mapping of str to int
        Number of files per extract.
    rows : mapping of str to int
        Number of rows per extract over all its files, errors included.
    """

    files: Mapping[str, int]
    rows: Mapping[str, int]

    def table(self) -> list[tuple[str, int, int]]:
        """Return extract, files and rows, one line per extract."""
        return [(extract, self.files[extract], self.rows[extract]) for extract in self.files]


def write_corporation(
    inbox: Path,
    *,
    homes: int,
    weeks: int,
    seed: int,
    until: date,
    deliveries: int = 8,
    variant: str = "stad",
    progress: Callable[[str], None] | None = None,
) -> Summary:
    """Write the deliveries of a demo corporation into an inbox, as `<extract>_<peildatum>.<ending>`.

    The same arguments give the same bytes; files of the same name are replaced.

    Parameters
    ----------
    inbox : Path
        The folder to write into; created if it does not exist.
    homes : int
        Number of homes, at least 50.
    weeks : int
        Length of the history in weeks, deliveries included; at least 8 more than `deliveries`.
    seed : int
        Number that selects one of all possible histories, 0 or more.
    until : date
        Day of the last delivery, moved back to a Monday if needed.
    deliveries : int
        Number of weekly deliveries; the first holds the whole history until then.
    variant : str
        Name of the corporation: one of `VARIANTS`.
    progress : callable, optional
        Called with a short description of each step.

    Returns
    -------
    Summary
        Files and rows per extract.

    Raises
    ------
    ConfigurationError
        The arguments do not allow a history.
    """
    world = invent(
        homes=homes,
        weeks=weeks,
        seed=seed,
        until=until,
        deliveries=deliveries,
        variant=variant,
        progress=progress,
    )
    return deliver(world, inbox, seed=seed, deliveries=deliveries, progress=progress)


def invent(
    *,
    homes: int,
    weeks: int,
    seed: int,
    until: date,
    deliveries: int = 8,
    variant: str = "stad",
    progress: Callable[[str], None] | None = None,
) -> World:
    """Simulate a demo corporation; the parameters and errors are those of `write_corporation`."""
    corporation = named(variant)
    if homes < 50 or deliveries < 1 or weeks < deliveries + 8 or seed < 0:
        raise ConfigurationError(
            f"No history can be made: {homes} homes, {weeks} weeks, {deliveries} deliveries, seed {seed}.",
            mend="Take at least 50 homes, at least 8 weeks more than deliveries, and a seed of 0 or more.",
        )
    monday = until - timedelta(days=until.weekday())
    last = (monday - date(1970, 1, 1)).days
    mondays = np.arange(last - 7 * (weeks - 1), last + 1, 7)
    return simulate(corporation, homes, mondays, seed, progress)


def deliver(
    world: World,
    inbox: Path,
    *,
    seed: int,
    deliveries: int = 8,
    without: frozenset[str] = frozenset(),
    progress: Callable[[str], None] | None = None,
) -> Summary:
    """Write the deliveries of a world into an inbox, as `write_corporation` does.

    Extracts in `without` are not written, because they come from elsewhere, such as contacts that the portal exports.
    """
    mondays = world.hidden.mondays
    paper, spots = (np.random.default_rng(s) for s in np.random.SeedSequence([seed, 1]).spawn(2))
    cut = Deliveries(world, paper)
    inbox.mkdir(parents=True, exist_ok=True)
    files: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    since: int | None = None
    for turn, day in enumerate(mondays[-deliveries:].tolist()):
        peildatum = date(1970, 1, 1) + timedelta(days=day)
        extracts = cut.as_of(day, since)
        for extract in _ORDER:
            columns = extracts[extract]
            if extract in without or not columns or not len(next(iter(columns.values()))):
                continue
            columns = soil(extract, columns, turn, spots)
            form = _FORMS.get(extract, Form())
            if extract == "huurovereenkomsten" and turn == 0:
                form = Form(encoding="cp1252")  # the first comes from another program than the weekly ones
            write_file(inbox / f"{extract}_{peildatum}.{form.ending}", columns, form)
            files[extract] += 1
            rows[extract] += len(next(iter(columns.values())))
        if progress:
            progress(f"delivery of {peildatum} written")
        since = day
    return Summary(files=dict(files), rows=dict(rows))
