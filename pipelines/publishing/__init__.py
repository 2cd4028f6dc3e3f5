"""What leaves the installation: list files, pages, and the signal to the municipality.

May import `pipelines.shortlist` and the rooms below it.
"""
