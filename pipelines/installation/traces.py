"""Traces (OpenTelemetry) for whoever gathers them: off unless `OTEL_EXPORTER_OTLP_ENDPOINT` says where they go.

A span per run and per stage, by the names that the log has too, with the number of the run in the log and nothing else:
no argument, no figure, no words of an error. The provider is our own and not that of the process, for what Prefect
traces by itself there holds the parameters of a flow.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
RUN = "waakvlam.run"


@functools.cache
def provider() -> Any:
    """Give what makes spans; None where nobody gathers them or the packages of `waakvlam[otel]` are not installed."""
    if not os.environ.get(ENDPOINT):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        return None
    # Not `Resource.create`: what it finds of the process can hold the command line, and that a tenant's id.
    made = TracerProvider(resource=Resource({"service.name": "waakvlam"}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return made


@contextmanager
def span(name: str, run: str) -> Iterator[None]:
    """Make a span of what happens inside, where they are gathered.

    Parameters
    ----------
    name : str
        Of the verb or the stage.
    run : str
        The run's number in the log.
    """
    found = provider()
    if found is None:
        yield
        return
    from opentelemetry.trace import StatusCode

    making = found.get_tracer("waakvlam").start_as_current_span(
        name, attributes={RUN: run}, record_exception=False, set_status_on_exception=False
    )
    with making as made:
        try:
            yield
        except BaseException:
            made.set_status(StatusCode.ERROR)
            raise
