"""One weekly list: chosen, put into words, and what was decided with it.

May import `pipelines.scoring`, `pipelines.delivery` and the rooms below them.
"""
