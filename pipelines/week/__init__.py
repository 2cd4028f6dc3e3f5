"""The weekly run, lists of the past, and the Prefect flows.

May import every room but `pipelines.cli`.
"""
