"""Unleash, the enterprise search over the help centre: ``POST /search``.

The vendor's API reference (help.unleash.so/apidocs) and its JavaScript SDK give the request, the fields ``totalResults`` and
``results[].{title, url, snippet, resource}``, bearer keys, and errors after RFC 7807. Rate limits are not documented there. It has
no filter for our categories, so a category goes into the query as a word, which its semantic search weighs.
"""

from __future__ import annotations

from typing import Annotated, Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from agent.knowledge.search import Article, Category, SearchResult
from agent.outbound import TimeBounds, ask
from agent.room.participant import plain_text
from contract.platform.failures import PermanentFailure

MAX_QUERY = 500  # characters: a spoken question is far shorter; a longer one is refused by the vendor
MAX_ARTICLE = 2_000  # characters of one article given to the model: three articles stay under 2,000 tokens
_PAGE = 5  # results asked for: more than the model is told of, so that empty ones can be skipped


class _Resource(BaseModel):
    model_config = ConfigDict(extra="ignore")
    title: Any = None
    name: Any = None
    description: Any = None


class _Hit(BaseModel):
    model_config = ConfigDict(extra="ignore")
    title: Any = None
    url: Any = None
    snippet: Any = None
    resource: _Resource = _Resource()

    def article(self) -> Article | None:
        """None for a hit without text; markup is taken out of the rest."""
        text = plain_text(self.snippet, MAX_ARTICLE) or plain_text(self.resource.description, MAX_ARTICLE)
        title = plain_text(self.title) or plain_text(self.resource.title) or plain_text(self.resource.name)
        return Article(title or "", text, plain_text(self.url, MAX_ARTICLE) or "") if text else None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    results: list[_Hit]
    totalResults: Annotated[int, Field(ge=0)]


class UnleashKnowledgeBase:
    """``url`` is the API's base, such as ``https://e-api.unleash.so``; the key needs search on one assistant only."""

    def __init__(self, url: str, key: SecretStr | None, bounds: TimeBounds) -> None:
        base = url.rstrip("/")
        self._url = base if base.endswith("/search") else f"{base}/search"
        self._headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        self._bounds = bounds

    async def search(self, query: str, category: Category | None) -> SearchResult:
        asked = " ".join(filter(None, (query.strip()[:MAX_QUERY], category)))
        body = {"query": asked, "contentSearch": True, "semanticSearch": True, "paging": {"pageSize": _PAGE, "pageNumber": 0}}

        def send(client: httpx.AsyncClient) -> Any:
            return client.post(self._url, json=body, headers=self._headers)

        return _result(await ask("Unleash", send, self._bounds))


def _result(answer: httpx.Response) -> SearchResult:
    try:
        read = _Answer.model_validate_json(answer.content)
    except ValidationError as error:
        remedy = "Compare the answer with the vendor's documentation."
        raise PermanentFailure("Unleash's answer cannot be read.", remedy) from error
    return SearchResult(tuple(article for hit in read.results if (article := hit.article())), read.totalResults)
