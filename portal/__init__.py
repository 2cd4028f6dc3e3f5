"""The portal: the coach's week, the manager's trends, and contacts that flow back."""
