"""The import's verbs: decide what a chunk of rows would change, and write it in one transaction.

What was parsed and validated comes in as plain rows; nothing here reads files.
"""
