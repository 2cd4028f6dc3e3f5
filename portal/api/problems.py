"""Turn errors into answers: what is wrong and, per field, why. No answer quotes what was sent."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, Throttled
from ninja.errors import ValidationError as Malformed
from pydantic import Field

from portal.casework.errors import Conflict
from portal.casework.models import Case


class Problem(Schema):
    """Why a request was refused."""

    detail: str = Field(
        description="What is wrong, in a sentence; Dutch if a coach would read it on the page."
    )
    fields: dict[str, list[str]] = Field({}, description="Per field of the request, what is wrong with it.")


class Changed(Problem):
    """Somebody changed the address meanwhile; look at it, then send again with this version and a new key."""

    version: int
    state: str


def install(api: NinjaAPI) -> None:
    """Let the interface answer the errors of the services."""
    for kind, answer in ANSWERS.items():
        api.add_exception_handler(kind, partial(answer, api))


def _unknown(api: NinjaAPI, request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001
    answer = api.create_response(request, {"detail": "A valid token is needed."}, status=401)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="Waakvlam"'
    return answer


def _malformed(api: NinjaAPI, request: HttpRequest, error: Malformed) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for item in error.errors:
        where = [str(part) for part in item["loc"] if part not in ("body", "query", "header", "content")]
        field = ".".join(part for part in where if "[" not in part)  # without which of its types did not fit
        fields.setdefault(field or "body", []).append(item["msg"])
    return api.create_response(request, {"detail": "The request is not valid.", "fields": fields}, status=422)


def _refused(api: NinjaAPI, request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = dict(error.message_dict) if hasattr(error, "error_dict") else {}
    general = fields.pop(NON_FIELD_ERRORS, [] if fields else error.messages)
    detail = " ".join(general) or "A value is not accepted."
    return api.create_response(request, {"detail": detail, "fields": fields}, status=422)


def _conflict(api: NinjaAPI, request: HttpRequest, error: Conflict) -> HttpResponse:
    detail = "The address was changed meanwhile."
    case = error.case
    return api.create_response(
        request, {"detail": detail, "fields": {}, "version": case.version, "state": case.state}, status=409
    )


def _missing(api: NinjaAPI, request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001
    detail = "No such agreement on a list or in care, within the areas of this program."
    return api.create_response(request, {"detail": detail}, status=404)


def _forbidden(api: NinjaAPI, request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001
    return api.create_response(request, {"detail": "The role of this program may not do this."}, status=403)


def _too_often(api: NinjaAPI, request: HttpRequest, error: Throttled) -> HttpResponse:
    answer = api.create_response(request, {"detail": "Too many requests; wait, then go on."}, status=429)
    answer.headers["Retry-After"] = str(math.ceil(error.wait or 1))
    return answer


ANSWERS: dict[type[Exception], Any] = {
    AuthenticationError: _unknown,
    Malformed: _malformed,
    ValidationError: _refused,
    Conflict: _conflict,
    Case.DoesNotExist: _missing,
    PermissionDenied: _forbidden,
    Throttled: _too_often,
}
