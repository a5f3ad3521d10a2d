"""People's data: what is kept how long, one person's file, and erasing them."""

PREFIX = "privacy/"
