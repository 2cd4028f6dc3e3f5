"""Hold one installation together: settings, contracts, mappings, workspace, logs, notices, errors, whole-file writing.

Imports no other room of `pipelines`.
"""
