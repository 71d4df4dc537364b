"""Name the tags that tell when an asset runs."""

from collections.abc import Mapping

RUNS = "runs"
TRENDS_TAG = "voice/trends"
"""Tag of runs that build the nightly models with the rest: those of ``voice run``, after which no night may come."""
WITH_EACH_BATCH: Mapping[str, str] = {RUNS: "with-each-batch"}
NIGHTLY: Mapping[str, str] = {RUNS: "nightly"}
AFTER_PUBLICATION: Mapping[str, str] = {RUNS: "after-publication"}
BY_THE_CLOCK: Mapping[str, str] = {RUNS: "by-the-clock"}
