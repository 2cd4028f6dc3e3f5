"""Keep an installation running: back up, restore, apply retention, answer subject requests, report status, deploy.

May import `pipelines.publishing`, `pipelines.exchange`, `pipelines.proof` and the rooms below them.
"""
