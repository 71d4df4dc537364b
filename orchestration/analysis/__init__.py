"""Make annotations, reports and alerts of calls, in any process, and the rows of the lake that hold them."""
