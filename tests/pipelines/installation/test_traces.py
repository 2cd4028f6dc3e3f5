"""Test traces: none unless an endpoint is set, then a span per run and stage, without personal data."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from pipelines.installation import logs, traces

PRIVATE = "ZZNAAM, Lindelaan 1"


def work(folder: Path) -> str:
    """Run two stages with private data in argument, result and error; return the run's number."""

    def fails(_: str) -> None:
        raise ValueError(PRIVATE)

    with logs.run(folder, "weekly") as log:
        log.stage("load deliveries", lambda given: given, PRIVATE)
        with pytest.raises(ValueError, match="ZZNAAM"):
            log.stage("publish", fails, PRIVATE)
    return log.run


@pytest.fixture
def gathered(monkeypatch) -> InMemorySpanExporter:
    memory, result = InMemorySpanExporter(), TracerProvider()
    result.add_span_processor(SimpleSpanProcessor(memory))
    monkeypatch.setattr(traces, "provider", lambda: result)
    return memory


def test_a_run_is_a_span_with_its_stages_inside(gathered: InMemorySpanExporter, tmp_path: Path):
    run = work(tmp_path)
    spans = {span.name: span for span in gathered.get_finished_spans()}
    assert list(spans) == ["load deliveries", "publish", "weekly"]
    whole = spans["weekly"].context.span_id
    assert {name: span.parent and span.parent.span_id for name, span in spans.items()} == {
        "load deliveries": whole,
        "publish": whole,
        "weekly": None,
    }
    assert {name: span.status.is_ok for name, span in spans.items()} == {
        "load deliveries": True,
        "publish": False,
        "weekly": True,
    }
    assert all(dict(span.attributes) == {traces.RUN: run} for span in spans.values())
    assert "ZZNAAM" not in "".join(span.to_json() for span in spans.values())


def test_a_run_that_fails_is_a_span_that_failed(gathered: InMemorySpanExporter, tmp_path: Path):
    with pytest.raises(ValueError, match="ZZNAAM"), logs.run(tmp_path, "weekly"):
        raise ValueError(PRIVATE)
    (span,) = gathered.get_finished_spans()
    assert not span.status.is_ok and not span.events and "ZZNAAM" not in span.to_json()


def test_no_tracing_is_set_up_without_an_endpoint(monkeypatch, tmp_path: Path):
    monkeypatch.delenv(traces.ENDPOINT, raising=False)
    traces.provider.cache_clear()
    assert traces.provider() is None
    work(tmp_path)
    assert len(logs.read(tmp_path)) == 4


def test_without_the_packages_the_work_goes_on(monkeypatch, tmp_path: Path):
    monkeypatch.setenv(traces.ENDPOINT, "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    traces.provider.cache_clear()
    assert traces.provider() is None
    work(tmp_path)
    traces.provider.cache_clear()


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[bytes]]]:
    """Yield the address of a receiver of traces, and what it received."""
    got: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.path.encode() + self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()


def test_a_receiver_gets_them(receiver, monkeypatch, tmp_path: Path):
    address, got = receiver
    monkeypatch.setenv(traces.ENDPOINT, address)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    traces.provider.cache_clear()
    run = work(tmp_path)
    traces.provider().shutdown()
    traces.provider.cache_clear()
    sent = b"".join(got)
    assert sent.startswith(b"/v1/traces") and run.encode() in sent
    assert all(name in sent for name in (b"waakvlam", b"weekly", b"load deliveries", b"publish"))
    assert b"ZZNAAM" not in sent
