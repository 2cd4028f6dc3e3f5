"""Keep an installation running: backup, restore, retention, subject rights, status, doctor, deployment.

May import `pipelines.publishing`, `pipelines.exchange` and the rooms below them.
"""
