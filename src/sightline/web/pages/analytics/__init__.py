"""What the plans carry of what is wanted, what is missing, and where leadership helps most."""

PREFIX = "analytics/"
