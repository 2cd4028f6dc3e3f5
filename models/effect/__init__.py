"""What a visit does: estimates with intervals, or the reason why nothing can be said.

May import `models.selection`, `models.card`, `models.words` and `models.evaluate`.
"""
