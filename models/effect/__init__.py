"""Estimate the effect of visits, with intervals, or state why no estimate is possible.

May import `models.selection`, `models.card`, `models.words` and `models.evaluate`.
"""
