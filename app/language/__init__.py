"""What people read: translated words, formats of numbers, money, days and times."""
