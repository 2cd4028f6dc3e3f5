"""What counts as a contact: a row of the extract `contacten` in which a coach tried to reach a tenant.

The extract also holds administrative rows. Such a row changes the state of a case, or takes an earlier contact back,
without anybody having been approached. Its ``stand`` counts, but the row itself is not a contact.
"""

from __future__ import annotations

import ibis.expr.types as ir

ADMINISTRATIVE = "Administratief"
"""The ``soort`` of an administrative row."""


def is_contact(rows: ir.Table) -> ir.BooleanValue:
    """Return whether each row of `contacten` is a contact; a row without a ``soort`` counts as a contact."""
    return rows.soort.fill_null("") != ADMINISTRATIVE


def is_contact_sql(alias: str) -> str:
    """Return the SQL condition that a row of `contacten`, known as `alias` in the query, is a contact."""
    return f"(coalesce({alias}.soort, '') <> '{ADMINISTRATIVE}')"
