"""Provisioning at Amazon, on moto."""
