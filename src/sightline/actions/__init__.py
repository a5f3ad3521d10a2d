"""The verbs: the only writers. One transaction, permission-checked, journalled."""
