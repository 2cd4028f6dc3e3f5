"""The signal catalogue: every signal and fact, by family, and the views of rows they are counted over.

Add a signal
------------
1. Add an entry to ``SIGNALS`` in the module of its source here, with ``reason=Phrase(...)``: the Dutch clause in
   which the coach reads why the signal gave points. It may state recorded facts only. Use ``reason=Clause.X``
   instead if an existing clause (`features.signal.Clause`) describes the signal already.
2. Add its worked example to ``examples.toml``, under ``[name_of_the_signal]``.
3. Add a function of the same name to ``tests/reference``: the signal once more, in plain Python over one
   agreement's rows. The compiled query must agree with it.
4. Run ``python -m features.render > docs/signals.md``, then
   ``pytest tests/features tests/spec tests/properties/test_engines.py``. A failing test names the missing line.

A signal of rows that no view has also needs a view, and a signal of a new extract a module: CONTRIBUTING.md lists the files.

Nothing else lists signals: columns, sentences, pages and the checks of a card all read this catalogue. The signal
counts for the score as soon as a card has a term for it. A clause that needs dates or amounts of other columns needs one more
step: a member of `features.signal.Clause` and its function in ``models/words/clauses.py``.
"""

from __future__ import annotations

from features.catalogue import arrears, nuisance, payments, repairs, safety, stacking, worries
from features.signal import FAMILIES, Fact, Signal, View

_MODULES = (arrears, payments, nuisance, repairs, worries, stacking, safety)

SIGNALS: tuple[Signal, ...] = tuple(signal for module in _MODULES for signal in module.SIGNALS)
"""All signals, in the order of the columns."""

FACTS: tuple[Fact, ...] = tuple(fact for module in _MODULES for fact in module.FACTS)
"""All facts and intermediate columns (``aux_``), in the order of the columns."""

VIEWS: dict[str, View] = {view.name: view for module in _MODULES for view in module.VIEWS}
"""The rows that are counted, by name."""

BY_NAME: dict[str, Signal] = {signal.name: signal for signal in SIGNALS}
"""Signals by name; names are unique (tests/features/test_catalogue.py)."""

BY_FAMILY: dict[str, tuple[str, ...]] = {
    family: tuple(signal.name for signal in SIGNALS if signal.family == family) for family in FAMILIES
}
"""Names of the signals of each family. The order of the families settles equal points."""
