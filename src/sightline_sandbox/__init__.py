"""A Salesforce-compatible sandbox org: its own program, its own storage."""
