"""Run the tools that the model calls during a call: a knowledge base search, a meeting booking."""
