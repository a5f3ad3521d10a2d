"""Reviews: set a date, open the room, settle items, close with a frozen snapshot."""
