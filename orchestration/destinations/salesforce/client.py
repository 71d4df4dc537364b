"""Call Salesforce's REST API through simple-salesforce, and turn its answers into verdicts.

Collections answer HTTP 200 even when rows failed, so each row's ``success`` is read. A request that is refused as a whole is
halved until the bad row is isolated. No message contains a value of a record.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.bulk2 import SFBulk2Handler
from simple_salesforce.exceptions import SalesforceError, SalesforceOperationError
from simple_salesforce.format import format_soql

from contract.platform.batching import batches
from contract.platform.failures import ConfigurationFailure, PermanentFailure
from contract.platform.retry import call_with_retry, retry_after
from orchestration.delivery.failures import NEXT_RUN, RETRY_POLICY, DestinationUnavailable, QuotaExceeded, is_worth_retrying
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.destinations.salesforce import bulk
from orchestration.destinations.salesforce.login import Login, log_in
from orchestration.destinations.salesforce.row_result import ADVICE, LOCKED, PASSING, RowResult, result_of_code, row_result
from orchestration.destinations.salesforce.settings import SalesforceSettings

API_VERSION = "62.0"
COLLECTION = 200  # the vendor's limit of records in one request
COLLECTION_BYTES = 5_000_000  # of the vendor's 6 MB of heap for a request
DUPLICATES_ALLOWED = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
"""Saves a record although a duplicate rule alerts; one whose action is Block still refuses it (REST API Developer Guide, 'Duplicate
Rule Header'). Without it every new caller was parked in orgs with Salesforce's standard rules."""
LONGEST_QUERY = 14_000
"""Characters of the bound values, within the 16,384 that a request's address may have."""


class SalesforceClient:
    """Read and write records; signs in on first use.

    Raises ``DestinationUnavailable`` after four tries, ``QuotaExceeded`` or ``ConfigurationFailure``.
    """

    def __init__(
        self, settings: SalesforceSettings, timeout: float, budget: RequestBudget, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._settings, self._timeout, self._sleep = settings, timeout, sleep
        self._session = _Session(timeout, budget)
        self._login: Login | None = None
        self._api: Salesforce | None = None

    @property
    def user_id(self) -> str:
        """Return the integration user's id: a record it changed last was not changed by a person since."""
        self._signed_in()
        return self._login.user_id if self._login else ""

    def query(self, soql: str, *, deleted: bool = False, **bound: Any) -> list[dict[str, Any]]:
        """Return the records of all pages; ``{names}`` in ``soql`` are bound and escaped. ``deleted`` includes the recycle bin."""
        path, params = ("queryAll/" if deleted else "query/"), {"q": format_soql(soql, **bound)}
        answer = self._request("GET", path, params=params)
        records: list[dict[str, Any]] = list(answer["records"])
        while not answer["done"]:
            answer = self._request("GET", "query/" + answer["nextRecordsUrl"].rsplit("/", 1)[-1])
            records += answer["records"]
        return records

    def query_in(self, soql: str, values: Sequence[str], *, deleted: bool = False) -> list[dict[str, Any]]:
        """Run ``soql`` with ``{values}``, up to 200 values per request, fewer when the address would be too long."""
        found: list[dict[str, Any]] = []
        room = LONGEST_QUERY - len(soql)
        for some in batches(values, COLLECTION, size=lambda value: len(quote(value)) + 9, max_size=room):
            found += self.query(soql, deleted=deleted, values=some)
        return found

    def describe(self, sobject: str) -> dict[str, Any]:
        return self._request("GET", f"sobjects/{sobject}/describe")

    def limits(self) -> dict[str, Any]:
        return self._request("GET", "limits")

    def create(self, sobject: str, key: str, records: Sequence[Mapping[str, Any]]) -> Iterator[list[RowResult]]:
        """Create records. Before a retry, records of the lost request are looked up by ``key``: nothing is created twice."""
        for some in _requests_of([{"attributes": {"type": sobject}, **record} for record in records]):
            results = self._created(sobject, key, some)
            yield self._unlocked("POST", "composite/sobjects", some, results)

    def update(self, sobject: str, records: Sequence[Mapping[str, Any]]) -> Iterator[list[RowResult]]:
        """Update records, each with its ``Id``."""
        return self._collections("PATCH", "composite/sobjects", sobject, records)

    def upsert(self, sobject: str, external_id: str, records: Sequence[Mapping[str, Any]]) -> Iterator[list[RowResult]]:
        """Create or update records by their external id, in collections of 200."""
        return self._collections("PATCH", f"composite/sobjects/{sobject}/{external_id}", sobject, records)

    def update_many(self, sobject: str, records: Sequence[Mapping[str, Any]]) -> Iterator[list[RowResult]]:
        """Update records, by Bulk API 2.0 when there are over 2,000."""
        if len(records) <= bulk.ROWS:
            return self.update(sobject, records)
        return self._bulk(sobject, "update", "Id", records)

    def upsert_many(self, sobject: str, external_id: str, records: Sequence[Mapping[str, Any]]) -> Iterator[list[RowResult]]:
        """Create or update records by their external id, by Bulk API 2.0 when there are over 2,000."""
        if len(records) <= bulk.ROWS:
            return self.upsert(sobject, external_id, records)
        return self._bulk(sobject, "upsert", external_id, records)

    def _bulk(
        self, sobject: str, operation: Literal["update", "upsert"], key: str, records: Sequence[Mapping[str, Any]]
    ) -> Iterator[list[RowResult]]:
        """Run a bulk job without retry, because a failed one may still be running: failed rows are due on the next run."""
        api = self._signed_in()
        url = f"{api.base_url}jobs/"
        handler = SFBulk2Handler(api.session_id, url, session=self._session)
        handler.headers.update(DUPLICATES_ALLOWED)
        try:
            yield from bulk.run_jobs(handler, sobject, operation, key, records)
        except requests.RequestException as error:
            raise _no_answer(error) from None
        except SalesforceError as error:
            verdict = self._verdict(error)
            if isinstance(verdict, QuotaExceeded):
                raise verdict from None
            raise DestinationUnavailable(str(verdict), NEXT_RUN, code=_code(error.content)) from None
        except SalesforceOperationError:
            raise DestinationUnavailable("A bulk job of Salesforce failed.", NEXT_RUN, code="BULK_JOB") from None

    def _collections(self, method: str, path: str, sobject: str, records: Sequence[Mapping[str, Any]]) -> Iterator[list[RowResult]]:
        """Yield results in the order of the records, a list per request of up to 200 rows and 5 MB."""
        for some in _requests_of([{"attributes": {"type": sobject}, **record} for record in records]):
            results = self._rows(method, path, some)
            yield self._unlocked(method, path, some, results)

    def _created(self, sobject: str, key: str, records: list[dict[str, Any]]) -> list[RowResult]:
        created: dict[str, str] = {}
        tries = 0

        def send() -> list[RowResult]:
            nonlocal tries, created
            tries += 1
            if tries > 1:
                created = self._created_before(sobject, key, [str(record[key]) for record in records])
            left = [record for record in records if str(record[key]).lower() not in created]
            fresh = iter(self._rows("POST", "composite/sobjects", left, self._once) if left else [])
            return [
                RowResult(True, created[str(record[key]).lower()]) if str(record[key]).lower() in created else next(fresh)
                for record in records
            ]

        return call_with_retry(send, RETRY_POLICY, is_worth_retrying, sleep=self._sleep)

    def _created_before(self, sobject: str, key: str, values: Sequence[str]) -> dict[str, str]:
        soql = f"SELECT Id, {key} FROM {sobject} WHERE {key} IN {{values}}"  # noqa: S608 - own names; values are bound
        return {str(record[key]).lower(): str(record["Id"]) for record in self.query_in(soql, values, deleted=True)}

    def _unlocked(self, method: str, path: str, records: list[dict[str, Any]], results: list[RowResult]) -> list[RowResult]:
        """Retry rows that another transaction had locked after 1, 2 and 4 seconds."""
        for pause in (1, 2, 4):
            locked = [at for at, result in enumerate(results) if result.code == LOCKED]
            if not locked:
                break
            self._sleep(pause)
            for at, result in zip(locked, self._rows(method, path, [records[at] for at in locked]), strict=True):
                results[at] = result
        return results

    def _rows(
        self, method: str, path: str, records: list[dict[str, Any]], ask: Callable[..., Any] | None = None
    ) -> list[RowResult]:
        try:
            body = {"allOrNone": False, "records": records}
            answer = (ask or self._request)(method, path, json=body, headers=DUPLICATES_ALLOWED)
        except RefusedRequest as refused:
            if len(records) == 1:
                return [result_of_code(refused.code, refused.fields)]
            half = len(records) // 2
            return self._rows(method, path, records[:half], ask) + self._rows(method, path, records[half:], ask)
        return [row_result(row) for row in answer]

    def _request(self, method: str, path: str, **options: Any) -> Any:
        return call_with_retry(lambda: self._once(method, path, **options), RETRY_POLICY, is_worth_retrying, sleep=self._sleep)

    def _once(self, method: str, path: str, **options: Any) -> Any:
        try:
            return self._answer(method, path, **options)
        except SalesforceError as error:
            if error.status != 401:
                raise self._verdict(error) from None
        self._api = None
        try:
            return self._answer(method, path, **options)
        except SalesforceError as error:
            raise self._verdict(error) from None

    def _answer(self, method: str, path: str, **options: Any) -> Any:
        api = self._signed_in()
        try:
            return api.restful(quote(path, safe="/"), method=method, **options)
        except requests.RequestException as error:
            raise _no_answer(error) from None
        except ValueError:
            raise DestinationUnavailable("Salesforce gave an answer that is not JSON.", NEXT_RUN, code="no_json") from None

    def _signed_in(self) -> Salesforce:
        if self._api is None:
            self._login = log_in(self._settings, self._session, self._timeout)
            self._api = Salesforce(
                session_id=self._login.token, instance_url=self._login.instance_url, session=self._session, version=API_VERSION
            )
            self._api.base_url = f"{self._login.instance_url.rstrip('/')}/services/data/v{API_VERSION}/"
        return self._api

    def _verdict(self, error: SalesforceError) -> Exception:
        code = _code(error.content)
        if code == "REQUEST_LIMIT_EXCEEDED":
            remedy = "Syncs pause for an hour; raise the org's allocation or lower VOICE_SALESFORCE_REQUESTS_PER_DAY."
            return QuotaExceeded("Salesforce's allocation of API requests is used up.", remedy, code=code)
        if error.status == 401:
            return ConfigurationFailure("Salesforce refused a new token.", "Check that the connected app may use the API.")
        if error.status in (429, 503) or error.status >= 500 or code in PASSING:
            problem = f"Salesforce is unavailable (HTTP {error.status})."
            return DestinationUnavailable(problem, NEXT_RUN, self._session.retry_after, code or str(error.status))
        return RefusedRequest(code or f"HTTP_{error.status}", _fields(error.content))


class RefusedRequest(PermanentFailure):
    """Salesforce refused a request as a whole; a retry would be refused too."""

    def __init__(self, code: str, fields: Sequence[object] = ()) -> None:
        super().__init__(f"Salesforce refused the request ({code}).", ADVICE.get(code, "Run 'voice doctor'."))
        self.code, self.fields = code, fields


class _Session(requests.Session):
    """Send requests with a time-out and within the budget; keeps the last ``Retry-After``, which the library drops."""

    def __init__(self, timeout: float, budget: RequestBudget) -> None:
        super().__init__()
        self._timeout, self._budget = timeout, budget
        self.retry_after: float | None = None

    def request(self, *args: Any, **options: Any) -> requests.Response:
        self._budget.take()
        options.setdefault("timeout", self._timeout)
        response = super().request(*args, **options)
        self.retry_after = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        return response


def _requests_of(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Group records into requests of up to 200 records and about 5 MB."""
    return batches(records, COLLECTION, size=_approx_bytes, max_size=COLLECTION_BYTES)


def _approx_bytes(record: Mapping[str, Any]) -> int:
    return sum(len(value) for value in record.values() if isinstance(value, str)) + 1000


def _no_answer(error: requests.RequestException) -> DestinationUnavailable:
    name = type(error).__name__
    return DestinationUnavailable(f"Salesforce gave no answer ({name}).", NEXT_RUN, code=name)


def _code(content: Any) -> str | None:
    if isinstance(content, list) and content and isinstance(content[0], dict):
        return content[0].get("errorCode")
    return None


def _fields(content: Any) -> Sequence[object]:
    return (content[0].get("fields") or ()) if _code(content) else ()
