"""The weekly runs behind the published lists."""
