"""Send product analytics of the calls to Amplitude (spec 5)."""
