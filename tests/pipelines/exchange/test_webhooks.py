"""Test the programs that the settings name, their secrets, and the verb."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pipelines.exchange import webhooks
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.workspace import Workspace, init
from tests.support.deliveries import waakvlam

BLOCK = '\n[[webhooks]]\nname = "crm"\nurl = "https://crm.voorbeeld.example/in"\n'


def installed(home: Path, more: str = BLOCK) -> Workspace:
    init(home)
    path = home / "settings.toml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return Workspace(home)


def test_a_program_gets_a_secret_of_its_own_that_stays(tmp_path: Path):
    workspace = installed(tmp_path)
    (receiver,) = webhooks.receivers(workspace)
    assert receiver.secret.startswith("whsec_") and len(receiver.secret) > 40
    assert receiver.events == {"list.published", "handover.answered"} and not receiver.private
    assert webhooks.secret(workspace, "crm") == receiver.secret
    assert stat.S_IMODE((workspace.keys / "webhook_crm.key").stat().st_mode) == 0o600
    assert waakvlam(tmp_path, "webhooks", "--secret", "crm").out.strip() == receiver.secret


def test_a_program_that_nobody_named_has_no_secret(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="no webhook"):
        webhooks.secret(installed(tmp_path), "../vault")
    assert not list(tmp_path.glob("**/webhook*"))


@pytest.mark.parametrize(
    "line",
    [
        'url = "http://crm.voorbeeld.example/in"',
        'url = "ftp://crm.voorbeeld.example/in"',
        'url = "https://user:word@crm.voorbeeld.example/in"',
        'url = "https:///in"',
        'url = "https://a.example"\nevents = ["everything"]',
        'url = "https://a.example"\nname = "../crm"',
    ],
)
def test_a_wrong_block_is_refused(tmp_path: Path, line: str):
    name = "" if "name" in line.split("\n")[-1] else 'name = "crm"\n'
    with pytest.raises(WaakvlamError, match="webhooks"):
        installed(tmp_path, f"\n[[webhooks]]\n{name}{line}\n").settings  # noqa: B018


def test_a_private_program_may_use_http(tmp_path: Path):
    more = BLOCK.replace("https", "http") + "private = true\n"
    assert webhooks.receivers(installed(tmp_path, more))[0].private


def test_without_programs_the_verb_says_so(tmp_path: Path):
    installed(tmp_path, "")
    assert "no program" in waakvlam(tmp_path, "webhooks").out
