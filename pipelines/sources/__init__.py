"""Fetch deliveries into the inbox from where they are made: a folder, SFTP, HTTPS or a database (`[[sources]]`).

May import `pipelines.installation` and `pipelines.reading`.
"""
