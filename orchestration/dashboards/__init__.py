"""Dashboards as data: the panels of spec 6, their queries, and the charts that are drawn of them."""
