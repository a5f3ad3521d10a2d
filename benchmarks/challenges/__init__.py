"""How long the challenges of many plans take to compute again."""
