"""A delivery is downloaded from a real HTTPS server on this machine, whose certificate is checked."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipelines.installation.workspace import Workspace
from pipelines.sources import errors
from pipelines.sources.fetch import SourceReport, fetch
from tests.support.deliveries import make_workspace, with_settings

TODAY = date(2026, 11, 17)
TOKEN = "ZZTOKEN"
CONTENT = b"overeenkomst_id;saldo\nO1;1,00\n"


class Server(NamedTuple):
    """A running server: its address, and the file with its certificate."""

    address: str
    certificate: Path


class Answers(BaseHTTPRequestHandler):
    """Answer by path: a file, a redirect, an answer that is cut off, or a fault that passes."""

    faults = 0

    def do_GET(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}" and self.headers.get("X-Api-Key") != TOKEN:
            self._answer(403)
        elif self.path == "/elsewhere.csv":
            self._answer(302, ("Location", "https://elsewhere.example.nl/"))
        elif self.path == "/cut.csv":
            self._answer(200, ("Content-Length", "1000"))
        elif self.path == "/busy.csv" and Answers.faults < 2:
            Answers.faults += 1
            self._answer(503)
        elif self.path in ("/stand-2026-11-17.csv", "/busy.csv", "/report"):
            self._answer(
                200, ("Content-Type", "text/csv; charset=utf-8"), ("Content-Length", str(len(CONTENT)))
            )
        else:
            self._answer(404)

    def _answer(self, status: int, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        self.end_headers()
        if status == 200:
            self.wfile.write(CONTENT)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("https")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    httpd = HTTPServer(("127.0.0.1", 0), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield Server(f"https://127.0.0.1:{httpd.server_port}", folder / "cert.pem")
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPORT_TOKEN", TOKEN)
    monkeypatch.setattr(errors, "FIRST_PAUSE", 0.0)
    Answers.faults = 0


def place(home: Path, server: Server, path: str, more: str = "", trusted: bool = True) -> Workspace:
    certificates = f'certificates = "{server.certificate}"' if trusted else ""
    return with_settings(
        make_workspace(home),
        f"""[[sources]]
        name = "zig"
        kind = "https"
        secret = "EXPORT_TOKEN"
        {certificates}
        {more}
        [[sources.extracts]]
        extract = "huurachterstanden"
        address = "{server.address}/{path}"
        """,
    )


def problem(reports: tuple[SourceReport, ...]) -> str:
    ((only,),) = (report.problems for report in reports)
    assert TOKEN not in only
    return only


@pytest.mark.parametrize("more", ["", 'header = "X-Api-Key"'])
@pytest.mark.parametrize("path", ["stand-{date}.csv", "report", "busy.csv"])
def test_an_address_is_downloaded_with_a_token(tmp_path: Path, server: Server, path: str, more: str):
    workspace = place(tmp_path, server, path, more)
    assert fetch(workspace, TODAY) == (SourceReport("zig", ("huurachterstanden_2026-11-17.csv",)),)
    assert (workspace.inbox / "huurachterstanden_2026-11-17.csv").read_bytes() == CONTENT
    assert fetch(workspace, TODAY) == (SourceReport("zig"),)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("elsewhere.csv", "the address redirects"),
        ("cut.csv", "cut off|cannot be reached"),
        ("nothing.csv", "status 404"),
    ],
)
def test_an_answer_that_is_not_the_file_is_not_kept(tmp_path: Path, server: Server, path: str, says: str):
    workspace = place(tmp_path, server, path)
    report = problem(fetch(workspace, TODAY))
    assert any(part in report for part in says.split("|"))
    assert not list(workspace.inbox.iterdir())


def test_a_certificate_of_nobody_is_refused(tmp_path: Path, server: Server):
    assert "certificate is not trusted" in problem(
        fetch(place(tmp_path, server, "report", trusted=False), TODAY)
    )


def test_a_token_that_the_server_refuses(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EXPORT_TOKEN", "other")
    assert "refuses the token" in problem(fetch(place(tmp_path, server, "report"), TODAY))
