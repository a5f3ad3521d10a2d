"""The planning season, account by account and for a leader; and the roll forward at year's end."""
