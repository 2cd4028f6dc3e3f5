"""Find delivered files in the inbox, and read each into a table of text, exactly, or refuse it with a reason.

May import `pipelines.installation`.
"""
