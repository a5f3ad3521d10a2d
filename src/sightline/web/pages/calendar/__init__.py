"""Which days are mine? A calendar feed at a secret address."""

PREFIX = "calendar/"
