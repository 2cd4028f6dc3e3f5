"""A household is every agreement that a chain of shared tenants, homes and addresses joins."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from models.selection.routing import households

COLUMNS = ["corporatie_id", "huurder_id", "eenheid_id", "adres_key"]
SOME = st.none() | st.sampled_from("abc")
Row = tuple[str, str | None, str | None, str | None]


def shared(row: Row) -> set[tuple[str | None, ...]]:
    """Return what another agreement must have too to be of the same household."""
    corporation, tenant, home, address = row
    return {
        name
        for name in (("tenant", corporation, tenant), ("home", corporation, home), ("address", address))
        if None not in name
    }


def joined(rows: list[Row]) -> list[int]:
    """Return the first row of each row's household: two rows that share something take the lower number, until none do."""
    first = list(range(len(rows)))
    for _ in rows:
        for one, row in enumerate(rows):
            first[one] = min(
                first[other] for other, them in enumerate(rows) if other == one or shared(row) & shared(them)
            )
    return first


@given(st.lists(st.tuples(st.sampled_from("xy"), SOME, SOME, SOME), max_size=9))
def test_a_chain_of_shared_values_joins_agreements_into_one_household(rows: list[Row]):
    people = pd.DataFrame(rows, columns=COLUMNS, index=range(10, 10 + len(rows)), dtype="str")
    assert households(people).tolist() == joined(rows)
    assert list(households(people).index) == list(people.index)
