"""Quote values and names for SQL: the only place that does."""

from __future__ import annotations


def literal(value: str) -> str:
    """Quote a value as an SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote a delivered header as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
