"""One installation: its settings, contracts, mappings, workspace, logs and notices, errors, and whole-file writing.

Imports no other room of `pipelines`.
"""
