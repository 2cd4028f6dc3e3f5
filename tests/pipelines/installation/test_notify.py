"""Test that notices reach a mail server and channels once per problem; the test runs the receiving servers."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import json
import os
import socketserver
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apprise.plugins.slack
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipelines.installation import calendar, logs, notify
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.workspace import KEY_VARIABLE, Workspace
from pipelines.operations import doctor
from pipelines.week import run
from tests.support.deliveries import make_workspace, waakvlam
from tests.support.small import no_gate, small

pytestmark = pytest.mark.slow

Received = list[Any]


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch):
    for name in (KEY_VARIABLE, notify.VARIABLE):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "home")


class Mail(socketserver.StreamRequestHandler):
    """A mail server with the part of SMTP (RFC 5321) that a client needs, and STARTTLS (RFC 3207) if it has a certificate."""

    def handle(self) -> None:
        def answer(text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        secure: ssl.SSLContext | None = getattr(self.server, "secure", None)
        answer("220 test")
        while line := self.rfile.readline().decode().strip():
            self.server.said.append(line.upper())  # type: ignore[attr-defined]
            if secure and line.upper().startswith("EHLO"):
                answer("250-test")
                answer("250-AUTH PLAIN")
                answer("250 STARTTLS")
            elif secure and line.upper() == "STARTTLS":
                answer("220 go on")
                self.server.said.append("(FROM HERE ENCRYPTED)")  # type: ignore[attr-defined]
                try:
                    self.connection = secure.wrap_socket(self.connection, server_side=True)
                except (OSError, ssl.SSLError):  # the client does not trust the certificate
                    return
                self.setup_again()
            elif line.upper().startswith("AUTH"):
                answer("235 welcome")
            elif line.upper().startswith("DATA"):
                answer("354 go on")
                lines = []
                while (text := self.rfile.readline().decode()) and text.rstrip("\r\n") != ".":
                    lines.append(text.rstrip("\r\n"))
                self.server.received.append("\n".join(lines))  # type: ignore[attr-defined]
                answer("250 ok")
            else:
                answer("221 bye" if line.upper().startswith("QUIT") else "250 ok")

    def setup_again(self) -> None:
        """Read and write through TLS from now on."""
        self.rfile = self.connection.makefile("rb", self.rbufsize)
        self.wfile = self.connection.makefile("wb", self.wbufsize)  # type: ignore[call-overload]


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(json.loads(body))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None: ...


def serve(server: Any) -> Iterator[tuple[int, Received]]:
    server.received, server.said = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], server.received
    server.shutdown()
    server.server_close()


@pytest.fixture
def mail() -> Iterator[tuple[int, Received]]:
    yield from serve(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail))


@pytest.fixture
def hook() -> Iterator[tuple[int, Received]]:
    yield from serve(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate of this machine with its key, which nobody trusts unless told so."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    result = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "cert.pem"
    path.write_bytes(private + result.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def secure_hook(secure: ssl.SSLContext) -> Iterator[tuple[int, Received]]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.socket = secure.wrap_socket(server.socket, server_side=True)
    yield from serve(server)


@pytest.fixture
def secure_mail(secure: ssl.SSLContext) -> Iterator[tuple[int, Received, Received]]:
    """The port, the messages, and the lines that came before and after the encryption."""
    server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)
    server.secure = secure
    for port, received in serve(server):
        yield port, received, server.said


def go_to(place: Workspace, *addresses: str) -> None:
    (place.keys / "notify").write_text("# where to\n" + "\n".join(addresses) + "\n", encoding="utf-8")


def mailed(port: int) -> str:
    return (
        f"mailto://127.0.0.1:{port}?from=waakvlam@example.nl&to=analist@example.nl&mode=insecure&format=text"
    )


def test_a_problem_is_mailed(place: Workspace, mail: tuple[int, Received]):
    go_to(place, mailed(mail[0]))
    assert notify.send(place, "weekly", ["huurachterstanden is stale.", "Another."])
    (message,) = mail[1]
    assert "Subject: Waakvlam weekly: 2 problems" in message and "To: analist@example.nl" in message
    assert "huurachterstanden is stale." in message and "Another." in message


def test_mail_goes_out_encrypted_to_a_server_that_is_trusted(
    place: Workspace, secure_mail: tuple[int, Received, Received], certificate: Path, monkeypatch
):
    port, received, said = secure_mail
    go_to(place, f"mailtos://naam:geheim@127.0.0.1:{port}?from=waakvlam@example.nl&to=analist@example.nl")
    assert not notify.send(place, "weekly", ["A."]) and not received, "nobody trusts this certificate"
    assert not [line for line in said if line.startswith(("AUTH", "MAIL"))]
    said.clear()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert notify.send(place, "weekly", ["A."]) and len(received) == 1
    before, after = "\n".join(said).split("(FROM HERE ENCRYPTED)")
    assert "AUTH" in after and "MAIL" in after and "AUTH" not in before and "MAIL" not in before


def test_mail_is_not_sent_in_the_clear_when_the_server_cannot_encrypt(
    place: Workspace, mail: tuple[int, Received]
):
    go_to(place, f"mailtos://naam:geheim@127.0.0.1:{mail[0]}?from=waakvlam@example.nl&to=b@example.nl")
    assert not notify.send(place, "weekly", ["A."]) and not mail[1]


def test_slack_gets_its_own_form(place: Workspace, hook: tuple[int, Received], monkeypatch):
    monkeypatch.setattr(apprise.plugins.slack.NotifySlack, "webhook_url", f"http://127.0.0.1:{hook[0]}")
    go_to(place, "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#waakvlam")
    assert notify.send(place, "weekly", ["One problem here."])
    (body,) = hook[1]
    assert body["channel"] == "#waakvlam" and "One problem here." in json.dumps(body["attachments"])


def test_teams_gets_an_adaptive_card(place: Workspace, secure_hook: tuple[int, Received]):
    go_to(place, f"workflows://127.0.0.1:{secure_hook[0]}/WORKFLOW/SIGNATURE?verify=no")
    assert notify.send(place, "weekly", ["huurachterstanden_2026-11-16.csv: the file is empty.", "Two."])
    (body,) = secure_hook[1]
    card = body["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    texts = [part["text"] for part in card["content"]["body"] if part["type"] == "TextBlock"]
    assert texts == [
        "Waakvlam weekly: 2 problems",
        "- huurachterstanden_2026-11-16.csv: the file is empty.\n- Two.",
    ], "without the backslashes of an escape"


def test_one_notice_a_problem(place: Workspace, mail: tuple[int, Received]):
    go_to(place, mailed(mail[0]))
    for problems in (["A."], ["A."], ["A.", "B."], ["B."], [], ["A."]):
        assert notify.send(place, "weekly", problems)
    bodies = [message.split("\n\n", 1)[1] for message in mail[1]]
    assert [("A." in body, "B." in body) for body in bodies] == [(True, False), (False, True), (True, False)]
    assert notify.send(place, "status", ["A."]) and len(mail[1]) == 4, (
        "of another subject it is another problem"
    )


def test_an_unsent_notice_is_sent_later_and_does_not_stop_a_run(
    place: Workspace, mail: tuple[int, Received], capfd
):
    go_to(place, "mailto://naam:geheim@127.0.0.1:9?from=a@example.nl&to=b@example.nl&mode=insecure")
    assert not notify.send(place, "weekly", ["A."])
    text = capfd.readouterr()
    assert "geheim" not in text.out + text.err
    go_to(place, "no address at all")
    assert not notify.send(place, "weekly", ["A."])
    (found,) = (check for check in doctor.examine(place, calendar.now()) if check.name == "notices")
    assert found.found.startswith("the last one (weekly, ") and found.mend == notify.MEND
    answer = waakvlam(place, "status", "--tell")
    assert answer.code == 1 and "The notice did not reach every address" in answer.err
    go_to(place, mailed(mail[0]))
    assert notify.send(place, "weekly", ["A."]) and len(mail[1]) == 1
    (found,) = (check for check in doctor.examine(place, calendar.now()) if check.name == "notices")
    assert (found.found, found.mend) == ("addresses: 1", "")
    events = [e for e in logs.read(place.logs) if e["event"] == "notice"]
    assert [e["sent"] for e in events] == [False, False, False, True]


def test_an_event_is_sent_each_time_that_it_happens(place: Workspace, mail: tuple[int, Received]):
    """A run that is cut off a second time is no known problem."""
    go_to(place, mailed(mail[0]))
    assert notify.happened(place, "cut off", ["A."]) and notify.happened(place, "cut off", ["A."])
    assert len(mail[1]) == 2
    assert notify.send(place, "weekly", []) and len(mail[1]) == 2


def test_an_event_that_did_not_arrive_comes_with_the_next_notice(
    place: Workspace, mail: tuple[int, Received]
):
    """After a power cut the mail server may be away too, and the next run no longer knows of the dead run."""
    go_to(place, "mailto://naam:geheim@127.0.0.1:9?from=a@example.nl&to=b@example.nl&mode=insecure")
    assert not notify.happened(place, "cut off", ["A."])
    assert not notify.send(place, "status", [])  # nothing new, but something waits
    go_to(place, mailed(mail[0]))
    assert notify.send(place, "status", ["B."]) and notify.send(place, "status", ["B."])
    (message,) = mail[1]
    assert "- A." in message and "- B." in message


def test_without_an_address_nothing_is_sent_and_nothing_fails(
    place: Workspace, monkeypatch, mail: tuple[int, Received]
):
    assert not notify.send(place, "weekly", ["A."]) and not notify.happened(place, "cut off", ["B."])
    assert notify.send(place, "status", [])  # an event waits for a server, not for an address
    monkeypatch.setenv(notify.VARIABLE, mailed(mail[0]))
    assert notify.send(place, "weekly", ["A."]) and len(mail[1]) == 1


def test_a_run_tells_what_fell_short_once(tmp_path: Path, mail: tuple[int, Received]):
    with no_gate():
        place = small(tmp_path / "home", "2026-11-09")
        go_to(place, mailed(mail[0]))
        for _ in range(2):
            run.run(place, datetime.date(2026, 12, 7))
    (message,) = mail[1]
    assert "huurachterstanden is expected and stale" in message.replace("\n", " ")
    for word in ("ZZ", "Lindelaan", "O1"):
        assert word not in message.split("\n\n", 1)[1]


def test_a_run_that_fails_tells_it_once_without_data(place: Workspace, mail: tuple[int, Received]):
    go_to(place, mailed(mail[0]))
    for _ in range(2):
        with pytest.raises(ValueError), notify.watching(place, "weekly"):
            raise ValueError("ZZNAAM")
        with pytest.raises(WaakvlamError), notify.watching(place, "retention"):
            raise WaakvlamError("The disk is full.")
    assert len(mail[1]) == 2 and "ZZNAAM" not in "".join(mail[1])
    assert "ValueError in test_notify.py" in mail[1][0] and "The disk is full." in mail[1][1]


def test_cron_can_send_the_status_as_a_notice(place: Workspace, mail: tuple[int, Received]):
    go_to(place, mailed(mail[0]))
    assert waakvlam(place, "status", "--tell").code == 1
    assert waakvlam(place, "status", "--tell").code == 1
    assert len(mail[1]) == 1 and "Nothing has been loaded" in mail[1][0].replace("=\n", "")
    assert os.name == "nt" or (place.logs / "told.json").stat().st_mode & 0o077 == 0
