"""Webhooks: signed messages to programs that an administrator named, without personal data."""
