"""Name the tags that tell when an asset runs."""

from collections.abc import Mapping

RUNS = "runs"
WITH_EACH_BATCH: Mapping[str, str] = {RUNS: "with-each-batch"}
NIGHTLY: Mapping[str, str] = {RUNS: "nightly"}
AFTER_PUBLICATION: Mapping[str, str] = {RUNS: "after-publication"}
BY_THE_CLOCK: Mapping[str, str] = {RUNS: "by-the-clock"}
