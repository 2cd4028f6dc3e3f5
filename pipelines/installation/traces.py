"""Send OpenTelemetry traces of runs and stages, if `OTEL_EXPORTER_OTLP_ENDPOINT` is set.

Each run and stage is a span with the name that it has in the log, plus the number of the run in the log. Arguments,
figures and error messages are not traced. The provider belongs to this module instead of to the process, because
Prefect would otherwise add spans that hold the parameters of a flow.
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
    """Return the tracer provider, or None if no endpoint is set or `waakvlam[otel]` is not installed."""
    if not os.environ.get(ENDPOINT):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        return None
    # Avoid `Resource.create`: it can add the command line, which may hold a tenant's id.
    tracing = TracerProvider(resource=Resource({"service.name": "waakvlam"}))
    tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return tracing


@contextmanager
def span(name: str, run: str) -> Iterator[None]:
    """Trace the block as a span, if tracing is on.

    Parameters
    ----------
    name : str
        Name of the command or the stage.
    run : str
        Number of the run in the log.
    """
    tracing = provider()
    if tracing is None:
        yield
        return
    from opentelemetry.trace import StatusCode

    opened = tracing.get_tracer("waakvlam").start_as_current_span(
        name, attributes={RUN: run}, record_exception=False, set_status_on_exception=False
    )
    with opened as current:
        try:
            yield
        except BaseException:
            current.set_status(StatusCode.ERROR)
            raise
