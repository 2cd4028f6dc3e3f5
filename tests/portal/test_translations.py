"""Test that every Dutch text of pages and code has an English translation, and that the compiled files are current."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Template
from django.template.engine import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import trans_real

from portal.casework.codes import Kind, State

HERE = Path(settings.HERE)
CODE = sorted(path for path in HERE.rglob("*.py") if "migrations" not in path.parts)
PAGES = sorted(HERE.rglob("templates/**/*.html"))
CATALOGUES = sorted(HERE.rglob("locale/*/LC_MESSAGES/django.po"))
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def words_of_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield first.value


def words_of_page(path: Path) -> Iterator[str]:
    nodes = Template(path.read_text(encoding="utf-8"), engine=Engine.get_default()).nodelist
    for node in nodes.get_nodes_by_type(TranslateNode):
        yield node.filter_expression.var.literal
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        text, _names = node.render_token_list(node.singular)
        yield re.sub(r"\s*\n\s*", " ", text.strip()) if node.trimmed else text


def entries(path: Path) -> dict[str, str]:
    """Read a catalogue: what it translates, by its first form."""
    actual: dict[str, str] = {}
    texts: dict[str, str] = {}
    field = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.match(r'(msgid|msgid_plural|msgstr|msgstr\[\d\]) (".*")$', line)
        if match:
            field, value = match[1], ast.literal_eval(match[2])
            if field == "msgid":
                texts = {}
            texts[field] = value
        elif line.startswith('"'):
            texts[field] += ast.literal_eval(line)
        if texts.get("msgid") and field.startswith("msgstr"):
            actual[texts["msgid"]] = texts.get("msgstr", texts.get("msgstr[0]", ""))
    return actual


@pytest.mark.parametrize("path", [*CODE, *PAGES], ids=lambda path: str(path.relative_to(HERE)))
def test_every_word_has_its_english(path):
    words = set(words_of_code(path) if path.suffix == ".py" else words_of_page(path))
    english = trans_real.translation("en")._catalog
    missing = [word for word in words if english.get(word) is None and english.get((word, 1)) is None]
    assert missing == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(HERE)))
def test_compiled_translations_equal_their_source(path):
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    report = {
        (key[0] if isinstance(key, tuple) else key): text
        for key, text in compiled.items()
        if key and not (isinstance(key, tuple) and key[1])
    }
    written = entries(path)
    assert "" not in written.values(), [word for word, text in written.items() if not text]
    assert report == written


def test_placeholders_are_the_same_in_both():
    for path in CATALOGUES:
        for dutch, english in entries(path).items():
            assert set(re.findall(r"%\(\w+\)s", dutch)) == set(re.findall(r"%\(\w+\)s", english)), dutch


def test_codes_are_translated_and_their_values_are_not(rf):
    from django.utils import translation

    with translation.override("en"):
        assert (str(Kind.VISIT.label), Kind.VISIT.value) == ("Home visit", "Huisbezoek")
        assert str(State.WATCH.label) == "Pilot light"
    with translation.override("nl"):
        assert str(Kind.VISIT.label) == "Huisbezoek"


ONE_WORD = (
    (r"\bwijk(en)?\b", r"neighbourhoods?\b"),
    (r"\bwaakvlam\b", r"\bon watch\b"),
    (r"\bniet passend\b", r"\bunfit\b|\bnot suitable\b"),
    (r"\bcontact vastleggen\b", r"\blog\b"),
    (r"^(?!Gebruikt is).*\bstand\b", r"\bstates?\b(?!\))"),
)
"""A Dutch word, and what its English is not: the other words for the same thing."""


@pytest.mark.parametrize(("dutch", "not_english"), ONE_WORD)
def test_one_thing_has_one_english_word(dutch, not_english):
    translated = {key: text for path in CATALOGUES for key, text in entries(path).items()}
    about = {key: text for key, text in translated.items() if re.search(dutch, key, re.IGNORECASE)}
    assert about
    wrong = {
        key: text
        for key, text in about.items()
        if re.search(not_english, re.sub(r"%\(\w+\)s", "", text), re.IGNORECASE)
    }
    assert not wrong
