"""Scorecards as text: ``expert.json`` is the one to start from, made by argument and not by data."""
