"""Test that the commands of docs/proof.md stamp published lines with a time, and that OpenSSL finds a line that was altered."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.installation.workspace import Workspace
from pipelines.proof import verify
from tests.support.seals import memory, seal_weeks, two_corporations

ROOT = Path(__file__).resolve().parents[3]
CERTIFICATE = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=service -keyout key.pem -out service.pem -config service.cnf"
SERVICE = """\
[req]
distinguished_name = name
x509_extensions = stamps
[name]
[stamps]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
serial = serial
signer_cert = service.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
"""
REPLY = "ts -reply -queryfile heads.tsq -section tsa -config service.cnf -out heads.tsr"
"""What a time-stamping service does with the request that curl sends to it."""


def documented(verb: str) -> str:
    """Return a command of docs/proof.md, without the name of the program."""
    (actual,) = re.findall(
        rf"^openssl (ts -{verb} .+)$", (ROOT / "docs/proof.md").read_text(encoding="utf-8"), re.M
    )
    return str(actual)


def openssl(folder: Path, arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("openssl")
    assert program, "install OpenSSL: its time stamps are documented"
    return subprocess.run(
        [program, *arguments.split()], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def stamped(tmp_path_factory) -> tuple[Workspace, Path]:
    """Seal three weeks, publish their newest lines, and have a service of our own stamp them."""
    folder = tmp_path_factory.mktemp("stamped")
    place = two_corporations(folder / "home")
    with memory() as con:
        seal_weeks(con, place, 3)
    (folder / "heads.txt").write_text("".join(f"{one}\n" for one in verify.heads(place)))
    (folder / "service.cnf").write_text(SERVICE)
    (folder / "serial").write_text("01\n")
    for arguments in (CERTIFICATE, documented("query"), REPLY):
        ran = openssl(folder, arguments)
        assert ran.returncode == 0, ran.stderr
    return place, folder


def test_the_stamp_holds_for_the_lines_that_were_published(stamped: tuple[Workspace, Path]) -> None:
    place, folder = stamped
    ran = openssl(folder, documented("verify"))
    assert ran.returncode == 0, ran.stderr
    assert verify.read_published((folder / "heads.txt").read_text()) == verify.heads(place)


def test_the_stamp_does_not_hold_for_other_lines(stamped: tuple[Workspace, Path], tmp_path: Path) -> None:
    _, folder = stamped
    other = shutil.copytree(folder, tmp_path / "other")
    text = (other / "heads.txt").read_text()
    (other / "heads.txt").write_text(text.replace(text.split()[2], "0" * 64))
    assert openssl(other, documented("verify")).returncode != 0
