"""What goes out to people: mail, chat, calendars; written here and sent by a port."""
