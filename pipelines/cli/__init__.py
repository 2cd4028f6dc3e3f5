"""The command line `waakvlam`: one module per verb; arguments in, words out, nothing else.

May import every room.
"""
