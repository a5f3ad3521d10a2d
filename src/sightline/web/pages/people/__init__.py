"""Coming in and going out, the way back in, and a person's own settings."""

PREFIX = "people/"
