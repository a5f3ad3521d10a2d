"""Two-way sync as work: rounds of a connection, comparisons, and how records are read."""
