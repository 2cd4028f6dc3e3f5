"""Judge one delivery: what it holds against its contract, itself, and the deliveries before it.

May import `pipelines.parsing` and the rooms below it.
"""
