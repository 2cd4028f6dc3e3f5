"""A delivered file as a table of text, exactly, or the reason why not.

May import `pipelines.installation`.
"""
