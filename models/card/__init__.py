"""The card: points as text, the estimator that fits them, and its scores over a panel.

May import `features` and `models.selection`.
"""
