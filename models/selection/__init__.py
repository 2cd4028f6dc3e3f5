"""Selection: decide which agreements may be listed, in which order, for which coach, and by which lot.

May import `features` only.
"""
