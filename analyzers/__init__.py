"""Analyze one call: transcript annotations in, nine reports out, as pure functions without clock, network or Dagster."""
