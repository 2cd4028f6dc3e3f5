"""Choose the language: Dutch, unless the user chose another with the switch."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class DutchFirst(LocaleMiddleware):
    """Use the language of the switch (a cookie), or else Dutch. The language of the browser is ignored."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of this request."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002
        """Name the language of the response in its header."""
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
