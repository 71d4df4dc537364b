"""Dashboards in Metabase, against a stateful fake: no live Metabase is part of the tests."""
