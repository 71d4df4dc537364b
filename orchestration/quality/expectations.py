"""Great Expectations on tables in memory: an ephemeral context, no files, no network. Importing it takes seconds and 266 MB,
so this module imports it only when a suite is evaluated.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from orchestration.quality.rules import Expectation
from orchestration.rules.finding import Finding, not_evaluated, sample
from orchestration.warehouse.environment import environment

_FORMAT = {"result_format": "COMPLETE", "unexpected_index_column_names": ["session_id"], "include_unexpected_rows": False}
_QUIET = {"GX_ANALYTICS_ENABLED": "false"}


def evaluate(tables: Mapping[str, pd.DataFrame], rules: Mapping[str, Sequence[Expectation]]) -> dict[str, Finding]:
    """The finding of every rule by its name. One that cannot be evaluated is a failed one and stops no other."""
    findings: dict[str, Finding] = {}
    with environment(_QUIET):
        context = _context()
        for table, expectations in rules.items():
            rows = len(tables[table])
            due = [rule for rule in expectations if rows >= rule.rows_needed]
            findings |= {
                rule.name: Finding(True, examined=rows, skipped_because=f"needs {rule.rows_needed} rows") for rule in expectations
            }
            findings |= dict(_of_table(context, table, tables[table], due))
    return findings


def _context() -> Any:
    """Everything in memory: no docs site, no progress bars, nothing told to anybody. GX imports what Python calls deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        from great_expectations.data_context.types.base import (
            DataContextConfig,
            InMemoryStoreBackendDefaults,
            ProgressBarsConfig,
        )
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _of_table(context: Any, table: str, frame: pd.DataFrame, rules: Sequence[Expectation]) -> Iterator[tuple[str, Finding]]:
    from great_expectations.exceptions.exceptions import GreatExpectationsError

    usable: dict[str, Any] = {}
    for rule in rules:
        try:
            usable[rule.name] = _expectation(rule)
        except (AttributeError, TypeError, ValueError):
            yield rule.name, not_evaluated(f"{rule.expect} does not take these arguments; correct data/quality.yml")
    if not usable:
        return
    try:
        results = _validated(context, table, frame, usable)
    except (GreatExpectationsError, KeyError, TypeError, ValueError) as error:
        problem = not_evaluated(f"{type(error).__name__} in Great Expectations; see that the rows of {table} have the usual types")
        yield from ((name, problem) for name in usable)
        return
    yield from ((one.expectation_config.meta["rule"], _finding(one, len(frame))) for one in results)


def _validated(context: Any, table: str, frame: pd.DataFrame, expectations: Mapping[str, Any]) -> Any:
    import great_expectations as gx

    source = context.data_sources.add_or_update_pandas(table)
    batch = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe(table).get_batch({"dataframe": frame})
    return batch.validate(gx.ExpectationSuite(name=table, expectations=[*expectations.values()]), result_format=_FORMAT).results


def _expectation(rule: Expectation) -> Any:
    import great_expectations.expectations as gxe

    return getattr(gxe, rule.expect)(**rule.arguments, meta={"rule": rule.name})


def _finding(result: Any, rows: int) -> Finding:
    """Of a result only the count and the sessions: the values it also holds may be what callers said or are called."""
    found = result.result
    if "unexpected_count" not in found:
        return not_evaluated("the rows have no such column, or values of another type; correct data/quality.yml")
    sessions = sample(row.get("session_id") for row in found.get("unexpected_index_list") or ())
    return Finding(
        passed=bool(result.success),
        count=int(found["unexpected_count"]),
        examined=int(found.get("element_count", rows)),
        sessions=() if result.success else sessions,
    )
