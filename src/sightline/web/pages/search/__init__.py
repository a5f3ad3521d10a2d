"""The search: pages, accounts, people and commands in one list."""
