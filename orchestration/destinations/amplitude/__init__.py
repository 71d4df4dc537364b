"""Amplitude: product analytics of the calls (spec 5)."""
