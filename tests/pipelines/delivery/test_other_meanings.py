"""Well-formed deliveries that mean something else: each is read as a person reads it, or refused; never silently different."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from pipelines.installation.errors import DeliveryError
from tests.support.cases import cases
from tests.support.meanings import KINDS, Case
from tests.support.one_file import typed

SEEDS = cases(2, 60)


def _differs(case: Case) -> bool:
    """Return whether a delivery is read otherwise than a person reads it."""
    try:
        rows = typed(case.content, case.columns, name=case.name, mapping=case.mapping)
    except DeliveryError:
        return case.rows is not None
    return rows != case.rows


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_none_is_silently_different(kind: Callable[[Random], Case]) -> None:
    assert [seed for seed in range(SEEDS) if _differs(kind(Random(seed)))] == []
