"""What a person says to a signal."""
