"""Prove what was listed: seal lists in a chain, keep them unseen in a shadow period, judge them, and stop publication.

May import `pipelines.shortlist` and the rooms below it.
"""
