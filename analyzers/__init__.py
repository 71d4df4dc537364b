"""Pure analysis of one call: transcript annotations in, nine reports out. No clock, no network, no Dagster."""
