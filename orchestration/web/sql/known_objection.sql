-- grain: one row when a call raised the objection
select subject from daily_mentions
where kind = 'objection' and category = $category and subject = $objection
limit 1
