"""Generate an invented corporation, as the files that a real one would deliver.

May import `pipelines.installation`.
"""
