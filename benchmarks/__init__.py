"""Speed and memory of the real commands, each figure beside what it cannot do without. Run it with ``make bench``."""
