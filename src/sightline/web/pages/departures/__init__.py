"""What breaks if a person leaves: one account's test, and the ten departures that cost most."""

PREFIX = "departures/"
