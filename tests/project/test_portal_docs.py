"""Test docs/portal.md: its variables exist, its commands run, and the portal behind its proxy is safe."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from pipelines.installation.workspace import init
from tests.support import postgres

pytestmark = pytest.mark.dear

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "portal.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.S)
READ_BY = ("portal/environment.py", "portal/settings.py", "pipelines/operations/doctor.py")


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCKS if name == kind]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of an installation: nothing of this one's Django."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PORTAL_", "DJANGO_", "DATABASE_"))}
    return kept | {"WAAKVLAM_HOME": str(home)} | more


def waakvlam(home: Path, *words: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli.app", *words],
        cwd=ROOT, env=environment(home, **more), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_lists_exactly_the_variables_that_are_read():
    code = "".join((ROOT / name).read_text(encoding="utf-8") for name in READ_BY)
    read = set(re.findall(r'"((?:PORTAL|WAAKVLAM)_[A-Z_]+)"', code)) | {"DATABASE_URL"}
    report = set(re.findall(r"`((?:PORTAL_|WAAKVLAM_|DATABASE_)[A-Z_]+)`", PAGE))
    assert report == read
    in_unit = set(re.findall(r"^([A-Z_]+)=", "".join(blocks("ini")), re.M))
    assert in_unit <= read


def test_the_redirect_address_on_the_page_is_the_real_one():
    assert "werkaccount/oidc/werk/login/callback/" in PAGE
    said = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()\nfrom django.urls import reverse\n"
         "print(reverse('openid_connect_callback', args=['werk']))"],
        cwd=ROOT, env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"}, capture_output=True, text=True,
    )  # fmt: skip
    assert said.stdout.strip() == "/werkaccount/oidc/werk/login/callback/"


@pytest.mark.slow
def test_the_unit_starts_an_existing_verb(tmp_path: Path):
    unit = next(text for text in blocks("ini") if "ExecStart" in text)
    words = shlex.split(re.search(r"^ExecStart=(.*)$", unit, re.M)[1])  # type: ignore[index]
    assert words[0].endswith("/bin/waakvlam")
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli.app", *words[1:], "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    if shutil.which("systemd-analyze"):
        file = tmp_path / "waakvlam-portal.service"
        file.write_text(unit.replace(words[0], sys.executable).replace("/etc/waakvlam/portal.env", "-/none"))
        checked = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True)
        ours = [line for line in checked.stderr.splitlines() if "waakvlam-portal" in line]
        assert not [line for line in ours if "Unknown" in line or "Failed to parse" in line], ours


def test_init_switches_the_portal_on(tmp_path: Path):
    init(tmp_path / "with", portal=True)
    init(tmp_path / "without")
    with_, without = (
        (tmp_path / n / "settings.toml").read_text(encoding="utf-8") for n in ("with", "without")
    )
    assert blocks("toml")[0].splitlines()[-1] in with_.splitlines()
    changed = [
        pair for pair in zip(with_.splitlines(), without.splitlines(), strict=True) if len(set(pair)) > 1
    ]
    assert changed == [("enabled = true", "enabled = false")]


@pytest.mark.slow
def test_the_commands_work_on_postgresql(tmp_path: Path):
    """From the SQL on the page to a backup that comes back."""
    home = tmp_path / "home"
    init(home, portal=True)
    with postgres.cluster() as url:
        where = postgres.require()
        for statement in blocks("sql")[0].replace("DATABASE portal", "DATABASE casework").split(";"):
            if statement.strip():
                subprocess.run(
                    [where / "psql", "-v", "ON_ERROR_STOP=1", "-q", url, "-c", statement], check=True
                )
        ours = url.replace("://portal@", "://waakvlam:change-me@").replace("/portal", "/casework")
        given = {"DATABASE_URL": ours}
        said = waakvlam(home, "portal", "--analyst", "noor", **given)
        assert "shown only now" in said
        dump = tmp_path / "portal.dump"
        keep, back = next(text for text in blocks("sh") if "pg_dump" in text).strip().splitlines()
        for line in (keep, "again", back):
            if line == "again":
                admin = [where / "psql", "-v", "ON_ERROR_STOP=1", "-q", url, "-c"]
                subprocess.run([*admin, "DROP DATABASE casework"], check=True)
                subprocess.run(
                    [*admin, "CREATE DATABASE casework OWNER waakvlam TEMPLATE template0"], check=True
                )
                continue
            ran = line.replace("/srv/backup/portal.dump", str(dump))
            subprocess.run(
                ["sh", "-c", ran],
                check=True,
                env=environment(home, PATH=f"{where}:{os.environ['PATH']}", **given),
            )
        present = subprocess.run(
            [where / "psql", "-At", ours, "-c", "SELECT username, role FROM accounts_user"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        assert present.strip() == "noor|analyst"
        again = subprocess.run(
            [sys.executable, "-m", "pipelines.cli.app", "portal", "--analyst", "noor"],
            cwd=ROOT, env=environment(home, **given), capture_output=True, text=True,
        )  # fmt: skip
        assert again.returncode == 2 and "already" in again.stderr


@pytest.mark.slow
def test_behind_a_proxy_it_is_https_and_believes_nobody_else(tmp_path: Path):
    """Served as the page says; asked as the proxy does, and as somebody does who sends the proxy's headers in plain text."""
    home = tmp_path / "home"
    init(home, portal=True)
    waakvlam(home, "portal", "--analyst", "noor")
    copy = tmp_path / "copy.sqlite3"
    keep = next(text for text in blocks("sh") if "VACUUM INTO" in text)
    python = keep.replace("python -c", f"{sys.executable} -c").replace(
        "/srv/backup/portal.sqlite3", str(copy)
    )
    subprocess.run(["sh", "-c", python], check=True, env=environment(home))
    assert sqlite3.connect(copy).execute("SELECT username FROM accounts_user").fetchall() == [("noor",)]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli.app", "portal", "--port", str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL,
        env=environment(home, PORTAL_HTTPS="1", PORTAL_HOSTS="portaal.voorbeeld.example"),
    )  # fmt: skip
    name = "portaal.voorbeeld.example"
    try:
        waited = time.monotonic()
        while time.monotonic() - waited < 300:
            assert served.poll() is None, "it ended by itself"
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        proxy = {
            "Host": name,
            "X-Forwarded-Host": name,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "203.0.113.7",
        }
        status, headers = asked(port, "/in/", proxy)
        assert status == 200
        assert all("Secure" in cookie for cookie in headers.get_all("Set-Cookie"))
        assert "max-age=31536000" in headers["Strict-Transport-Security"]
        assert asked(port, "/gezond/", proxy)[0] == 200
        assert asked(port, "/in/", {"Host": name})[1]["Location"] == f"https://{name}/in/"
        assert (
            asked(port, "/in/", proxy | {"Host": "elders.example", "X-Forwarded-Host": "elders.example"})[0]
            == 400
        )
    finally:
        served.terminate()
        served.wait()


def asked(port: int, path: str, headers: dict[str, str]):
    """Ask without following; gives status and headers."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers
