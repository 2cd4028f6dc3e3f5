"""Test that no form of the portal says its errors in a way of its own."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from portal.views import Example
from tests.portal.test_translations import HERE, PAGES

FIELDS = ("coach/_field.html", "coach/_choices.html", "_code.html", "form.html")
"""Templates of fields; a page that includes one has a form."""
SUMMARY = ("_errors.html", "coach/_form_top.html", "_code.html", "form.html")
"""The summary of the errors, and the templates that begin with it."""
WITH_FORMS = [
    path
    for path in PAGES
    if not path.name.startswith("_") and any(f'"{field}"' in path.read_text("utf-8") for field in FIELDS)
]


@pytest.mark.parametrize("path", WITH_FORMS, ids=lambda path: str(path.relative_to(HERE)))
def test_a_page_with_a_form_has_the_summary_of_its_errors(path):
    text = path.read_text(encoding="utf-8")
    assert any(f'"{template}"' in text for template in SUMMARY)


@pytest.mark.parametrize(
    "path", [path for path in PAGES if path.name != "_errors.html"], ids=lambda path: path.name
)
def test_no_other_template_lists_errors_of_the_whole_form(path):
    assert "non_field_errors" not in path.read_text(encoding="utf-8")


def test_the_summary_escapes_and_names_each_field_once():
    form = Example({"note": "<b>"})
    form.add_error("note", "Niet <i>zo</i>.")
    form.add_error(None, "Niet op <u>deze</u> dag.")
    page = render_to_string("_errors.html", {"form": form, "saves": True})
    assert 'tabindex="-1" autofocus' in page
    assert '<a href="#id_note">Korte notitie · Niet &lt;i&gt;zo&lt;/i&gt;.</a>' in page
    assert '<a href="#id_reached_0">Hebt u de bewoner gesproken? · Kies er een.</a>' in page
    assert "<li>Niet op &lt;u&gt;deze&lt;/u&gt; dag.</li>" in page
    assert page.count("<li>") == 3
    assert not render_to_string("_errors.html", {"form": Example()}).strip()
