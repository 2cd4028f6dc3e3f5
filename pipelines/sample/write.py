"""A demo corporation: years of an invented housing corporation, as the files that a real one would deliver.

The people, streets, numbers and troubles are made up; postcodes end in letters that are never issued,
telephone numbers begin with 06-0000, e-mail is at example.nl. In `world` hidden causes (no means, no grip, no
peace with the neighbours) come and go per household, leave signals on file late and unevenly, and lead,
through people who decide, to bailiff, court, eviction or flight. No points formula is used anywhere, so that
a scorecard has something to find.

The dirt of real exports, with its share of the rows of a file (below 100 rows at most one is bad or twice):

- Rows that must be refused, 0.2 % (1 to 25 rows; up to 0.7 % in a file of some hundreds): a date that does not
  exist, no amount, an unknown sort of home, no key, an unknown agreement or home, a worry that is not on the list.
  In huurovereenkomsten, huurachterstanden, overlastmeldingen, reparatieverzoeken, meldingen_medewerkers.
  One row of signaleringen carries a flag that may not be kept (BEW).
- Exact duplicates, 0.1 % (1 to 10 rows), in the same extracts.
- A code of this corporation alone, which loads unmapped: 2 rows of overlastmeldingen and of reparatieverzoeken.
- Complaints about a home that stood empty: about 0.4 % of overlastmeldingen.
- Kinds PSY and VER, to be loaded as OVE: about 5 % of overlastmeldingen.
- Columns that are never accepted: geslacht and geboortedatum (huurovereenkomsten), omschrijving (overlastmeldingen).
- Sentinel dates: 9999-12-31 and 1753-01-01 for 3 % of the open dates in huurovereenkomsten, 1753-01-01 for every
  empty date in huurachterstanden.
- Credit balances: 0.3 % of tenants, on every list.
- Spaces after a street, a name, a wijk, a kind of complaint: 2.5 %.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from pipelines.installation.errors import ConfigurationError
from pipelines.sample.deliveries import Deliveries
from pipelines.sample.demo import Demo
from pipelines.sample.dirt import soil
from pipelines.sample.files import Form
from pipelines.sample.files import write as write_file
from pipelines.sample.world import simulate

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
    """What was written.

    Attributes
    ----------
    files : dict of str to int
        Number of files per extract.
    rows : dict of str to int
        Number of rows per extract over all its files, dirt included.
    """

    files: dict[str, int]
    rows: dict[str, int]

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
        Is made when it does not exist.
    homes : int
        Number of homes, at least 50.
    weeks : int
        Length of the history in weeks, the deliveries included; at least 8 more than there are deliveries.
    seed : int
        Which of all possible histories, 0 or more.
    until : date
        Day of the last delivery; the Monday on or before it is taken.
    deliveries : int
        Number of weekly deliveries; the first holds the whole history until then.
    variant : str
        Which corporation: see `Demo.variant`.
    progress : callable, optional
        Is told in a few words what is being done.

    Returns
    -------
    Summary
        Files and rows per extract.

    Raises
    ------
    ConfigurationError
        When the arguments allow no history.
    """
    demo = Demo.variant(variant)
    if homes < 50 or deliveries < 1 or weeks < deliveries + 8 or seed < 0:
        raise ConfigurationError(
            f"No history can be made: {homes} homes, {weeks} weeks, {deliveries} deliveries, seed {seed}.",
            mend="Take at least 50 homes, at least 8 weeks more than deliveries, and a seed of 0 or more.",
        )
    monday = until - timedelta(days=until.weekday())
    last = (monday - date(1970, 1, 1)).days
    mondays = np.arange(last - 7 * (weeks - 1), last + 1, 7)
    world = simulate(demo, homes, mondays, seed, progress)
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
            if not columns or not len(next(iter(columns.values()))):
                continue
            columns = soil(extract, columns, turn, spots)
            form = _FORMS.get(extract, Form())
            if extract == "huurovereenkomsten" and turn == 0:
                form = Form(encoding="cp1252")  # the first from another program than the weekly ones
            write_file(inbox / f"{extract}_{peildatum}.{form.ending}", columns, form)
            files[extract] += 1
            rows[extract] += len(next(iter(columns.values())))
        if progress:
            progress(f"delivery of {peildatum} written")
        since = day
    return Summary(files=dict(files), rows=dict(rows))
