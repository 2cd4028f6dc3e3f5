"""A program that receives webhooks on this machine, and answers with chosen statuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Receiving:
    """The messages that arrived (path, headers, body), and the statuses of the next answers; 204 after those."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    messages: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def receiving() -> Iterator[Receiving]:
    """Receive on a free port."""
    result = Receiving()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            result.messages.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(result.answers.pop(0) if result.answers else 204)
            self.send_header("Location", f"{result.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    result.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield result
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
