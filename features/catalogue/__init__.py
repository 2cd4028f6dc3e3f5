"""The signal catalogue: every signal and fact, by family, and the views of rows they are counted over."""

from __future__ import annotations

from features.catalogue import arrears, nuisance, payments, repairs, safety, stacking, worries
from features.signal import Fact, Signal, View

_MODULES = (arrears, payments, nuisance, repairs, worries, stacking, safety)

SIGNALS: tuple[Signal, ...] = tuple(signal for module in _MODULES for signal in module.SIGNALS)
"""All signals, in the order of the columns."""

FACTS: tuple[Fact, ...] = tuple(fact for module in _MODULES for fact in module.FACTS)
"""All facts and steps (``aux_``), in the order of the columns."""

VIEWS: dict[str, View] = {view.name: view for module in _MODULES for view in module.VIEWS}
"""The rows that are counted, by name."""

BY_NAME: dict[str, Signal] = {signal.name: signal for signal in SIGNALS}
"""Signals by name; names are unique (tests/features/test_catalogue.py)."""
