"""Pages of the library of plays."""
