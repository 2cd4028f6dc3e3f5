"""Users, their roles and scopes, and the audit log."""
