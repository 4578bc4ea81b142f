"""What Tandem reaches, each figure beside its own limit in the same run: ``make bench``."""
