"""Read the contract of the groups of tenants that are kept for auditing only: `data/audit/groups.toml`."""

from __future__ import annotations

from functools import cache

from pipelines.installation.places import DATA
from pipelines.installation.toml_models import Strict, read_toml

CONTRACT = DATA / "audit" / "groups.toml"


class AuditColumn(Strict):
    """One way to divide tenants into groups; only these values are accepted."""

    title: str
    values: tuple[str, ...]
    description: str


class AuditContract(Strict):
    """What a file of groups may hold."""

    title: str
    columns: dict[str, AuditColumn]


@cache
def contract() -> AuditContract:
    """Return the contract of the groups."""
    return read_toml(CONTRACT, AuditContract)
