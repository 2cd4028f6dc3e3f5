"""Show the names that a run came with in the language of the page."""

from __future__ import annotations

from django import template

from portal.runs.names import in_language
from portal.runs.sentences import spoken

register = template.Library()
register.filter("in_language", in_language)
register.filter("spoken", spoken)
