"""Show what the platform reads and does not make: documents in the object store, samples of calls under way, evaluations."""

import dagster as dg

call_documents = dg.AssetSpec(
    "call_documents",
    description="Session documents as delivered to the object store (`VOICE_STORE`), one object per call under its day: written by"
    " the voice agent and `voice deliver`, never changed by the pipeline. The sensor `new_calls` discovers them.",
    group_name="intake",
    kinds={"s3", "json"},
)
live_samples = dg.AssetSpec(
    "live_samples",
    description="Active calls, and the depth and age of the queue, sampled each minute by the schedule `live_samples` into the"
    " operational database, which keeps them for seven days.",
    group_name="intake",
    kinds={"sqlite"},
)
evaluations = dg.AssetSpec(
    "evaluations",
    description="How accurate each version of the analyzers was on labelled calls: JSON lines that `voice evaluate` appends to.",
    group_name="intake",
    kinds={"json"},
)
SOURCES = (call_documents, live_samples, evaluations)
