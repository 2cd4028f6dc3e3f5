"""Report the effect and costs of visits, the quarter, and the public account.

May import `pipelines.publishing`, `pipelines.exchange` and the rooms below them.
"""
