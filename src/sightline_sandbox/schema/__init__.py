"""The org's schema: objects and fields as describe shows them, and as storage keeps them."""
