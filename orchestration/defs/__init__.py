"""What Dagster loads: assets, checks, jobs, schedules and the sensor."""
