-- grain: one row when a call is of the industry
select industry from daily_calls where industry = $industry limit 1
