"""Pure rules and values."""
