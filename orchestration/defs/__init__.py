"""Define what Dagster loads: assets, checks, jobs, schedules and the sensor."""
