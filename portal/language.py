"""Dutch, unless somebody chose otherwise with the switch."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class DutchFirst(LocaleMiddleware):
    """The language of the switch (a cookie), else Dutch: an English browser on a Dutch desk is no choice for English."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language of this request."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002
        """Say in which language the answer is."""
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
