"""Build a query once, and run it again with other values.

Django takes far longer to build and compile a query than the database takes to answer it. A prepared query keeps what
was compiled, with a `Slot` for each value that differs between runs; everything else in it is constant. The rows are the
same as those of the plain query: `tests/portal/test_prepared.py` compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet, ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)
KEPT = 256
"""Maximum number of variants of one query, which differ in the areas of the user."""
LARGEST = 2**63
"""No database of the portal holds a larger integer, so a larger number from a URL identifies nothing."""


class Slot(Expression):
    """The place in a query of a value that is given at each run; by default a number."""

    def __init__(self, name: str, field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=field or BigIntegerField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # noqa: ARG002
        """Return a placeholder, with the slot itself as its parameter."""
        return "%s", [self]


@dataclass(frozen=True)
class Compiled(Generic[Row]):
    """A query as Django compiled it: the SQL, and how what the database returns becomes rows of the model."""

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[Any, ...]
    """Of each column that needs it, its position, the functions that convert a value, and the column."""
    model: type[Row]
    own: slice
    """Where the columns of the model are; the others are of related rows, or annotations."""
    names: Sequence[str]
    related: Sequence[Any]
    annotations: Mapping[str, int]

    @classmethod
    def of(cls, queryset: QuerySet[Row]) -> Compiled[Row]:
        """Compile a query; raises `EmptyResultSet` if its conditions exclude each other."""
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        select, model = compiler.select, compiler.klass_info
        own = slice(model["select_fields"][0], model["select_fields"][-1] + 1)
        converters = compiler.get_converters([column for column, _sql, _alias in select])
        return cls(
            sql,
            tuple(parameters),
            tuple((position, *converter) for position, converter in converters.items()),
            model["model"],
            own,
            [column.target.attname for column, _sql, _alias in select[own]],
            get_related_populators(model, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # the stubs are of Django 6
            compiler.annotation_col_map,
        )

    def rows(self, values: dict[str, Any]) -> list[Row]:
        """Run the query with a value for each slot, and read its rows as `ModelIterable` of Django does."""
        connection = connections[DEFAULT_DB_ALIAS]
        parameters = [
            parameter.output_field.get_db_prep_value(values[parameter.name], connection)
            if isinstance(parameter, Slot)
            else parameter
            for parameter in self.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return [self._row(list(columns), connection) for columns in cursor.fetchall()]

    def _row(self, columns: list[Any], connection: Any) -> Row:
        for position, functions, column in self.converters:
            for convert in functions:
                columns[position] = convert(columns[position], column, connection)
        row = self.model.from_db(DEFAULT_DB_ALIAS, self.names, columns[self.own])
        for populator in self.related:
            populator.populate(columns, row)
        for name, position in self.annotations.items():
            setattr(row, name, columns[position])
        return row


class Prepared(Generic[Row]):
    """A query that is compiled at its first run.

    Raises
    ------
    ValueError
        The query set prefetches rows of other models, which a kept query does not.
    """

    def __init__(self, queryset: QuerySet[Row]) -> None:
        if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise ValueError(
                "a prepared query prefetches nothing: read the other rows by a query of their own"
            )
        self._queryset = queryset
        self._compiled: Compiled[Row] | None = None

    def rows(self, **values: Any) -> list[Row]:
        """Run the query with a value for each slot."""
        if any(isinstance(value, int) and abs(value) >= LARGEST for value in values.values()):
            return []
        try:
            self._compiled = self._compiled or Compiled.of(self._queryset)
        except EmptyResultSet:  # as for a user without an area
            return []
        return self._compiled.rows(values)

    def first(self, **values: Any) -> Row | None:
        """Return the first row, or None."""
        return next(iter(self.rows(**values)), None)

    def get(self, **values: Any) -> Row:
        """Return the first row; raises `DoesNotExist` of the model if there is none."""
        row = self.first(**values)
        if row is None:
            missing: type[ObjectDoesNotExist] = self._queryset.model.DoesNotExist  # type: ignore[attr-defined]
            raise missing
        return row


def prepared(build: Callable[..., QuerySet[Row]]) -> Callable[..., Prepared[Row]]:
    """Prepare the query that a function builds, once for each of its arguments.

    The query may depend only on these arguments and on its slots.
    """

    @lru_cache(maxsize=KEPT)
    @wraps(build)
    def once(*arguments: Hashable) -> Prepared[Row]:
        return Prepared(build(*arguments))

    return once
