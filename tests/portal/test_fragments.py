"""Test that remembered parts of a page never show another user, page or token, nor text as HTML."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random

import pytest
from django.template import engines
from django.urls import reverse
from django.utils import translation

from portal import clock, fragments
from portal.accounts.models import Role, User
from portal.coach.forms import ContactForm
from tests.portal import factories

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"')


def test_each_user_and_page_has_its_own_top(enter, corporation):
    coaches = [factories.user(Role.COACH, corporation, first_name=name) for name in ("Noor <b>", "Sam & Co")]
    for coach, name in [*zip(coaches, ("Noor &lt;b&gt;", "Sam &amp; Co"), strict=True)] * 2:
        client = enter(coach)
        for page in ("coach:week", "coach:care"):
            html = client.get(reverse(page) + '?van=x"y').content.decode()
            assert f'<span class="name">{name}</span>' in html
            assert f'<a href="{reverse(page)}" aria-current="page">' in html
            assert html.count("aria-current") == 1
            assert f'name="next" value="{reverse(page)}?van=x%22y"' in html


def test_each_answer_has_a_token_of_its_own(enter, coach):
    client = enter(coach)
    pages = [client.get(reverse("coach:search")).content.decode() for _each in range(2)]
    tokens = [set(TOKEN.findall(page)) for page in pages]
    assert [len(each) for each in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert not any(page.count("csrfmiddlewaretoken") > len(TOKEN.findall(page)) for page in pages)


def test_the_next_steps_are_those_of_the_day_and_the_language(case):
    def first_step() -> str:
        return str(ContactForm(case=case)["next"].subwidgets[0].choice_label)

    for day, language, expected in [
        (datetime(2026, 11, 16, tzinfo=UTC), "nl", "Over 1 week <small>ma 23 nov</small>"),
        (datetime(2026, 11, 17, tzinfo=UTC), "nl", "Over 1 week <small>di 24 nov</small>"),
        (datetime(2026, 11, 17, tzinfo=UTC), "en", "In 1 week <small>Tue 24 Nov</small>"),
        (datetime(2026, 11, 16, tzinfo=UTC), "nl", "Over 1 week <small>ma 23 nov</small>"),
    ]:
        with clock.at(day, Random(1)), translation.override(language):
            assert first_step() == expected


def test_a_hole_is_escaped(settings, tmp_path, monkeypatch):
    (tmp_path / "_hole.html").write_text("<p>{{ name }}: {{ text }}</p>")
    template = engines["django"].engine
    monkeypatch.setattr(template.template_loaders[0].loaders[0], "dirs", [tmp_path])
    for text in ("<i>", "a & b"):
        html = fragments.render_with("_hole.html", {"text": text}, name="<b>")
        assert html == f"<p>&lt;b&gt;: {text.replace('&', '&amp;').replace('<i>', '&lt;i&gt;')}</p>"


def test_a_user_who_is_closed_is_out_at_the_next_request(enter, coach):
    client = enter(coach)
    assert client.get(reverse("coach:week")).status_code == 200
    User.objects.filter(pk=coach.pk).update(is_active=False)
    assert client.get(reverse("coach:week")).status_code == 302
