"""Exchange data with the portal: connect, collect, send, recheck, remove.

May import `pipelines.shortlist` and the rooms below it; the only room that imports `portal`.
"""
