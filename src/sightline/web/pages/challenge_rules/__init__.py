"""Which challenge rules are on, and the company's own: uploaded, tried, switched on, undone."""

PREFIX = "settings/"
