"""The stores that delivery is tested against: a real folder, and a real S3 server on loopback."""

from tests.contract.conftest import s3_endpoint, s3_store, store

__all__ = ["s3_endpoint", "s3_store", "store"]
