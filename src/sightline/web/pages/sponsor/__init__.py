"""What a sponsor sponsors: accounts, reviews, attendance, what is asked of them."""
