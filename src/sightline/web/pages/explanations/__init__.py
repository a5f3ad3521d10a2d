"""Why is revenue off its trend: rivals in words, and the board for those who want to weigh."""

PREFIX = "accounts/"
