"""Load, accept or withdraw one delivery as a whole, account for its rows, and say which deliveries are late.

May import `pipelines.parsing`, `pipelines.gate` and the rooms below them.
"""
