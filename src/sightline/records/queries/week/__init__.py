"""The week: whose accounts it covers, what is known of them, what was answered, what came of it."""
