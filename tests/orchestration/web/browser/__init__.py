"""Tests with a browser: ``make accessibility``."""
