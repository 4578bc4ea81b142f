"""The commands of ``tandem``, each importing what it needs when it runs: see ``app.cli``."""
