"""Words and pictures: Dutch, the facts of an agreement, its sentences and reasons, charts.

May import `models.card` and the rooms below it.
"""
