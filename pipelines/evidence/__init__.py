"""Whether it helps and what is told about it: effect, costs, the quarter, the public account.

May import `pipelines.publishing`, `pipelines.exchange` and the rooms below them.
"""
