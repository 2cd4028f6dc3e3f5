"""Test that the list and each page that a role opens have their picture in the documents, and that each picture is shown."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from portal.accounts.models import Role
from tests.portal import factories
from tests.portal.table import ANYBODY, TABLE
from tests.portal.test_access import names

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
SCRIPT = runpy.run_path(str(ROOT / ".ci" / "pictures"))
PICTURES: list[tuple[str, dict[str, object], str, str]] = SCRIPT["PAGES"]
LARGEST = 3_000_000
WITHOUT = {
    "account_inactive",
    "account_reauthenticate",
    "manager:corporation",
    "socialaccount_login_cancelled",
}
"""Of logging in: one sentence or the password again; and the page of one corporation, which looks like that of the first."""


def shown() -> set[str]:
    """Return the pictures that the documents show."""
    pages = [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    return {
        name for text in texts for name in re.findall(r"!\[[^]]+\]\((?:docs/)?images/([\w-]+)\.png\)", text)
    }


def pictured(path: str) -> str:
    """Return the name of the URL of a picture's page."""
    return resolve("/" + path.replace("*", "1")).view_name


def test_each_page_of_the_table_has_its_picture_and_each_picture_is_shown():
    taken = [SCRIPT["LIST_NAME"], *(name for *_page, name in PICTURES)]
    assert len(set(taken)) == len(taken)
    kept = {file.stem for file in IMAGES.iterdir()}
    assert kept == set(taken), "take them again: make pictures"
    assert shown() == kept


def test_the_pictures_are_small():
    assert sum(file.stat().st_size for file in IMAGES.iterdir()) <= LARGEST


def test_each_picture_is_of_a_page_that_its_role_opens():
    for role, _screen, path, name in PICTURES:
        roles = TABLE[pictured(path)][0]
        assert role in roles or (not role and roles == ANYBODY), name


@pytest.mark.dear
@pytest.mark.django_db
def test_each_page_that_a_role_opens_has_a_picture(client: Client, enter, corporation):
    case = factories.listed_case(corporation)
    clients = {role: enter(factories.user(role, corporation)) for role in Role.values}
    opened = set()
    for name in names(get_resolver()):
        roles, arguments = TABLE[name]
        url = reverse(name, args=arguments(case) if arguments else ())
        for one in [client] if roles == ANYBODY else [clients[role] for role in roles]:
            answer = one.get(url)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                opened.add(name)
    assert opened - {pictured(path) for _role, _screen, path, _name in PICTURES} == WITHOUT
