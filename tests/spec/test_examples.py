"""Compute the worked example that docs/signals.md prints for each signal."""

from __future__ import annotations

import pytest

from features.catalogue import SIGNALS
from features.render import examples
from tests.support.history import ALL, HOME, WEEKLY, ask, load, rows

EXAMPLES = examples()


@pytest.fixture(scope="module")
def computed():
    """All examples at once, each as a corporation of its own: they cannot touch each other."""
    tables: dict[str, list] = {}
    for name, example in EXAMPLES.items():
        texts = {"huurovereenkomsten": HOME, "peildata": WEEKLY} | example.tables
        for table, text in texts.items():
            tables.setdefault(table, []).extend(row | {"corporatie_id": name} for row in rows(table, text))
    load(tables)
    return {row["corporatie_id"]: row for row in ask(available=ALL) if row["overeenkomst_id"] == "A"}


def test_every_signal_has_an_example_and_every_example_a_signal():
    names = {signal.name for signal in SIGNALS}
    lacking, unknown = sorted(names - set(EXAMPLES)), sorted(set(EXAMPLES) - names)
    assert not lacking, f"features/catalogue/examples.toml: add a table for {', '.join(lacking)}"
    assert not unknown, f"features/catalogue/examples.toml: no signal is called {', '.join(unknown)}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name, computed):
    assert computed[name][name] == pytest.approx(EXAMPLES[name].value, abs=1e-9)
