"""Send alerts to channels of Slack."""
