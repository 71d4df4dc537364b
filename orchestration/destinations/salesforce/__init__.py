"""Send what salespeople need of the calls to Salesforce (spec 4)."""
