"""What should I do this week? The home page: at most seven acts, then every planned account."""
