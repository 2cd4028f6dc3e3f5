"""What templates of the coach need."""
