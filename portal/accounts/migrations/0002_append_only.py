"""The database itself refuses to change or delete what the audit log holds.

A later migration that alters the table must drop and make the triggers again: SQLite copies the table and loses them.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLE = "accounts_auditentry"
SQLITE = [
    f"""CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb} ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed or deleted'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    f"""CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit log cannot be changed or deleted'; END $$""",
    f"""CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()""",
    f"""CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()""",
]
OPEN_SQLITE = [f"DROP TRIGGER {TABLE}_no_{verb}" for verb in ("UPDATE", "DELETE")]
OPEN_POSTGRESQL = [f"DROP FUNCTION {TABLE}_refuse CASCADE"]


def close(apps: Any, editor: Any) -> None:  # noqa: ARG001
    """Make the triggers."""
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def open_again(apps: Any, editor: Any) -> None:  # noqa: ARG001
    """Drop the triggers."""
    for statement in OPEN_POSTGRESQL if editor.connection.vendor == "postgresql" else OPEN_SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(close, open_again)]
