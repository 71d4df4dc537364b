"""Page by PagerDuty's Events API v2."""
