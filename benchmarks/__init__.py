"""Measure speed and memory of the real commands, each figure beside its lower bound. Run it with ``make bench``."""
