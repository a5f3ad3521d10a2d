"""How is this company set? Calendar, currency, kinds of lines, every number of the method."""

PREFIX = "settings/"
