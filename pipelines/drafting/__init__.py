"""Draft a mapping for a file that nobody has mapped, with a preview and the questions that are left.

May import `pipelines.parsing` and the rooms below it.
"""
