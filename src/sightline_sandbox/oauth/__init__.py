"""OAuth 2: client apps with their policies, grants, tokens, and the flows between them."""
