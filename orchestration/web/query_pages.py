"""Answer ``/queries`` and ``/queries/<key>``: what callers asked by meaning, who asked it, when, and whether it was answered."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from orchestration.dashboards.definition import subject_panel
from orchestration.dashboards.links import QUERY_DIGITS
from orchestration.reports.wording import counted, plain
from orchestration.web.dashboard_pages import filters_of, widget_views
from orchestration.web.identity import signed_in_person
from orchestration.web.meanings import asked_questions, question_named
from orchestration.web.refusal import Refusal, not_found
from orchestration.web.service import service_of
from orchestration.web.subject_page import SubjectHead, record_subject, show_subject, subject_widgets, unknown

_KEY = re.compile(rf"[0-9a-f]{{{QUERY_DIGITS}}}")
_PARENT = ("/dashboards/knowledge-base", "Knowledge base effectiveness")
_LONGEST_TITLE = 160  # characters of a question as a heading


def query_list(request: Request) -> Response:
    """List what was asked in the filters' days; roles that see no words see searches by category."""
    service, person = service_of(request), signed_in_person(request)
    filters = filters_of(request)
    record_subject(request, person, "shown")
    read, _ = asked_questions(service, filters, person.rights)
    panel = subject_panel("queries")
    head = SubjectHead(kind="Knowledge base", title=panel.title, parent=_PARENT, subtitle=panel.about)
    return show_subject(request, person, head, read, widget_views(service, read, filters, person), filters)


def query_page(request: Request) -> Response:
    """Show one question; ``Refusal`` 403 for roles that see no words, 404 when nobody asked it in the filters' days."""
    service, person = service_of(request), signed_in_person(request)
    key = request.path_params["query"]
    if not _KEY.fullmatch(key):
        raise not_found()
    filters = filters_of(request)
    if not person.rights.words:
        record_subject(request, person, "refused")
        raise Refusal(
            403, "not_allowed", "Your role does not see what callers said.", "Ask for the role sales; /queries has figures."
        )
    question = question_named(asked_questions(service, filters, person.rights)[1], key)
    if question is None:
        raise unknown(request, person, "Nobody asked this in the chosen days.", "Choose a longer date range on the page Queries.")
    record_subject(request, person, "shown")
    panel = subject_panel("query")
    read, views = subject_widgets(request, person, panel.widgets, filters, {"texts": question.texts})
    head = SubjectHead(
        kind="Question",
        title=_as_sentence(plain(question.text, _LONGEST_TITLE)),
        parent=(f"/queries?{filters.query()}", "What callers asked"),
        subtitle=f"{panel.about} · {counted(len(question.texts), 'wording')}",
    )
    return show_subject(request, person, head, read, views, filters)


def _as_sentence(text: str) -> str:
    """Questions are compared in small letters; the heading begins with a capital one."""
    return f"“{text[:1].upper()}{text[1:]}”"
