"""Two-way sync's verbs: the only writers of links, bases, inbox, intents and conflicts.

They know no CRM: pages and outcomes are handed to them as plain values (agreement/records.py).
"""
