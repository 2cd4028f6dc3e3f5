"""Learn a card: the outcome label, the rows to learn from, points per family, confirmed needs, calibration, adoption.

May import `models.card`, `models.evaluate` and the rooms below them.
"""
