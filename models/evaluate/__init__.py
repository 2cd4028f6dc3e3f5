"""Evaluate a list against later outcomes and against rankings that anyone could make, with intervals.

``ground`` selects the rows to compare on (mature outcomes only), ``at_capacity`` counts what a coach would find,
``rankings`` and ``rolling`` build the rankings to compare with, ``bootstrap`` computes intervals, and ``comparison``
combines them in one table with a verdict in words. ``found``, ``calibration``, ``stability`` and ``controls`` each
answer one further question about the same rows. ``chain`` compares groups at each step of what really happened, by the
tests of ``alike``; ``chain_causes`` looks for explanations. ``minimise`` leaves out signals and extracts;
``off_policy`` judges a card by the visits that another card led to.

May import `models.selection`, `models.card` and `features`.
"""
