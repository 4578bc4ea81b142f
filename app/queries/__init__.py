"""Reads: a session in, rows or frozen read-models out."""
