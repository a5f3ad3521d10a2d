"""Files out: what leaves Sightline for spreadsheets."""
