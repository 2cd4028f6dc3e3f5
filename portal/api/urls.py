"""URLs of the interface. Each operation checks the token itself, so the portal's own check lets every request pass."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from portal.accounts.access import ANYBODY, for_everyone
from portal.api.interface import PUBLISHED, interface


@for_everyone
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Send the description of the interface."""
    return HttpResponse(PUBLISHED.read_bytes(), content_type="application/json")


app_name = "api"
urlpatterns = [path("openapi.json", openapi, name="openapi")]
for operation in interface.urls[0]:
    if isinstance(operation, URLPattern) and operation.name != "api-root":
        operation.callback.roles = ANYBODY  # type: ignore[attr-defined]
        urlpatterns.append(operation)
