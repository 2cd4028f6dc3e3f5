"""Report the effect and costs of visits, the quarter, and the public account.

May import `pipelines.publishing`, `pipelines.exchange`, `pipelines.proof` and the rooms below them.
"""
