"""Judge the figures of a delivery against expectations, with Great Expectations.

DuckDB gives the verdicts on rows in one pass (`pipelines/parsing/batch.py`). This module judges the *profile* of a
delivery: a few dozen named figures (rows, share of bad amounts, control total against the previous delivery). Therefore
the gate costs the same for a hundred rows and for fifty million. No other module imports Great Expectations.
"""

from __future__ import annotations

import logging
import math
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from pipelines.gate.light_import import light_import, light_models
from pipelines.gate.verdicts import Figure, Gate, Verdict

# The process shares one context of Great Expectations and one data source, and a batch is loaded into it before it is
# judged. Two tasks at once could judge each other's delivery.
_ONE_AT_A_TIME = threading.Lock()


def judge(extract: str, peildatum: date, figures: Sequence[Figure]) -> Gate:
    """Judge the profile of a delivery.

    Parameters
    ----------
    extract : str
        Name of the extract.
    peildatum : date
        Day as of which the source system was read.
    figures : sequence of Figure
        The profile: at least one figure, each name once.

    Returns
    -------
    Gate
        One verdict per figure, in the order given.

    Raises
    ------
    ValueError
        There is no figure, or a name occurs twice.
    RuntimeError
        Great Expectations could not evaluate an expectation.
    """
    names = [figure.name for figure in figures]
    if not names:
        raise ValueError(f"{extract}: a delivery without figures cannot be judged")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{extract}: figures given twice: {', '.join(twice)}")
    expectations = suite(extract, figures)
    outcome = _evaluate(expectations, profile(figures)) if expectations.expectations else {}
    # A figure with a value but without an outcome must not pass as "no figure", so it raises.
    successes = (None if figure.value is None else outcome[figure.name] for figure in figures)
    verdicts = zip(figures, successes, strict=True)
    return Gate(extract, peildatum, tuple(Verdict(f, _kind(f).expectation_type, s) for f, s in verdicts))


def suite(extract: str, figures: Sequence[Figure]) -> Any:
    """Return the `ExpectationSuite` of an extract: one expectation per figure with a value."""
    expectations = [_expectation(figure) for figure in figures if figure.value is not None]
    return _great_expectations().ExpectationSuite(name=extract, expectations=expectations)


def profile(figures: Sequence[Figure]) -> pd.DataFrame:
    """Return the batch to be judged: one row, one column per figure that has a value."""
    # Infinity would pass any lower bound; as a missing value it meets no expectation.
    values = {f.name: f.value if math.isfinite(f.value) else math.nan for f in figures if f.value is not None}
    return pd.DataFrame(values, index=[0], dtype=float)


def _expectation(figure: Figure) -> Any:
    """Return the expectation of one figure; the maximum of its one row is the figure itself."""
    bounds = {} if _unbounded(figure) else {"min_value": figure.least, "max_value": figure.most}
    return _kind(figure)(column=figure.name, severity=figure.severity, description=figure.meaning, **bounds)


def _kind(figure: Figure) -> Any:
    """Return the class of the expectation of one figure."""
    gxe = _great_expectations().expectations
    # ExpectColumnValuesToBeBetween ignores missing values, so a figure that is not a number would pass it.
    return gxe.ExpectColumnValuesToNotBeNull if _unbounded(figure) else gxe.ExpectColumnMaxToBeBetween


def _unbounded(figure: Figure) -> bool:
    return figure.least is None and figure.most is None


def _evaluate(expectations: Any, batch: pd.DataFrame) -> dict[str, bool]:
    """Validate a suite on a batch; return the success by column, as results come in an order of their own."""
    with _ONE_AT_A_TIME, _described_once():
        loaded = _batch_definition().get_batch(batch_parameters={"dataframe": batch})
        results = loaded.validate(expectations, result_format="BOOLEAN_ONLY").results
    outcome: dict[str, bool] = {}
    for result in results:
        column = result.expectation_config.kwargs["column"]
        # A failed metric is reported under the id of the metric, without the key that is there otherwise.
        if result.exception_info.get("raised_exception", True):
            raise RuntimeError(f"Great Expectations could not evaluate {column}: {result.exception_info}")
        outcome[column] = bool(result.success)
    return outcome


@contextmanager
def _described_once() -> Iterator[None]:
    """Make each expectation describe itself only once within the block.

    Great Expectations rebuilds the description of an expectation for every key that it reads, 26 times per figure.
    """
    from great_expectations.expectations import expectation as library

    kind: Any = library.Expectation
    describe = kind.configuration
    described: dict[int, tuple[Any, Any]] = {}

    def configuration(expectation: Any) -> Any:
        # Keep the expectation alive, so that no other object gets its id.
        if id(expectation) not in described:
            described[id(expectation)] = (expectation, describe.fget(expectation))
        return described[id(expectation)][1]

    kind.configuration = property(configuration)
    try:
        yield
    finally:
        kind.configuration = describe


@cache
def _batch_definition() -> Any:
    """Return the target for batches: one in-memory context per process, without files."""
    gx = _great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("deliveries").add_dataframe_asset("profile")
    return asset.add_batch_definition_whole_dataframe("figures")


@cache
def _great_expectations() -> Any:
    """Import Great Expectations when the first delivery is judged, without what the gate does not use.

    Its import costs more than judging a small delivery. SciPy, Altair and jsonschema serve expectations and charts
    that the gate does not use, SQLAlchemy serves deliveries in a database. Spark must be absent: without grpc, its client ends the
    process.
    """
    # Version 1.24 has no analytics; the variable also disables them in later versions.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    unused = light_import(
        lazy=frozenset({"scipy", "scipy.stats", "altair", "jsonschema"}),
        absent=frozenset({"pyspark", "sqlalchemy"}),
    )
    with unused, light_models():
        import great_expectations as gx
        import great_expectations.expectations

    return gx
