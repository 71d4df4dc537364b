"""Create what the platform needs at Amazon: a bucket, two queues and three policies (``voice provision aws``)."""
