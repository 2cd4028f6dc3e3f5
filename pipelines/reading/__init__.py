"""Read a delivered file into a table of text, exactly, or refuse it with a reason.

May import `pipelines.installation`.
"""
