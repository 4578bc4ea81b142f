"""What we hand out, made from frozen values: calendars and other files."""
