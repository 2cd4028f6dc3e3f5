"""How good a list is: against outcomes that came later, beside rankings that anyone could make, with intervals.

``ground`` holds the rows a comparison stands on (mature outcomes only), ``at_capacity`` counts what a coach would
find, ``rankings`` and ``rolling`` make the rankings to compare with, ``bootstrap`` gives the intervals, ``comparison``
puts them in one table with a verdict in words. ``found``, ``calibration``, ``stability`` and ``controls`` each
answer one more question about the same rows.

May import `models.selection`, `models.card` and `features`.
"""
