"""The audit log has its own term: the database lets go of what is older than five years, and of nothing else.

The term stands here and not in the settings: who has something to hide must not be able to shorten it.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLE = "accounts_auditentry"
REFUSE = "'the audit log cannot be changed or deleted'"
SQLITE = [
    f"DROP TRIGGER {TABLE}_no_DELETE",
    f"""CREATE TRIGGER {TABLE}_no_DELETE BEFORE DELETE ON {TABLE} WHEN OLD.at >= datetime('now', '-5 years')
        BEGIN SELECT RAISE(ABORT, {REFUSE}); END""",
]
POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at < now() - interval '5 years' THEN RETURN OLD; END IF;
        END IF;
        RAISE EXCEPTION {REFUSE}; END $$"""
]
OPEN_SQLITE = [
    f"DROP TRIGGER {TABLE}_no_DELETE",
    f"CREATE TRIGGER {TABLE}_no_DELETE BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, {REFUSE}); END",
]
OPEN_POSTGRESQL = [
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION {REFUSE}; END $$"
]


def renew(apps: Any, editor: Any) -> None:  # noqa: ARG001
    """Let go of what is older than five years."""
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def as_before(apps: Any, editor: Any) -> None:  # noqa: ARG001
    """Let go of nothing."""
    for statement in OPEN_POSTGRESQL if editor.connection.vendor == "postgresql" else OPEN_SQLITE:
        editor.execute(statement)


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("accounts", "0002_append_only")]
    operations = [migrations.RunPython(renew, as_before)]
