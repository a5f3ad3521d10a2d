"""Pages of imports: choose files, look at what would happen, load, take back."""

PREFIX = "imports/"
