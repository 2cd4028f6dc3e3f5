"""Figures per week, wijk and family."""
