"""Salesforce: what a salesperson sees of the calls (spec 4)."""
