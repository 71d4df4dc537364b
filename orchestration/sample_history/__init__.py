"""Sample histories, to try alert rules on: calls and samples of many days, incidents as data, and what rules must make of them."""
