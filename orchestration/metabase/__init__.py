"""Build the dashboards in Metabase from ``dashboards/*.yml`` (``voice provision metabase``)."""
