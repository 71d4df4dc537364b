"""Reports are shown to those who may see whom they name, and nothing else of the folder is."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from orchestration.web.service import WebService
from tests.orchestration.web.conftest import as_person, client_of

VIEWER, SALES = as_person("vera@example.com"), as_person("sam@example.com")
PAGE = '<html><body style="color: red">The week of Priya</body></html>'


@pytest.fixture
def client(service: WebService) -> TestClient:
    folder = service.platform.settings.reports_dir / "weekly"
    folder.mkdir(parents=True)
    (folder / "2026-11-16.html").write_text(PAGE, encoding="utf-8")
    (folder.parent / "secret.html").write_text("a secret", encoding="utf-8")
    return client_of(service)


def test_a_written_report_is_shown_with_its_own_style(client: TestClient):
    answer = client.get("/reports/weekly/2026-11-16", headers=SALES)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_who_may_not_see_leads_sees_no_report(client: TestClient):
    answer = client.get("/reports/weekly/2026-11-16", headers=VIEWER)
    assert answer.status_code == 403
    assert "Priya" not in answer.text


def test_nobody_sees_a_report_without_signing_in(client: TestClient):
    assert client.get("/reports/weekly/2026-11-16").status_code == 401


@pytest.mark.parametrize(
    "path",
    ["weekly/2026-11-17", "weekly/2026-11-09", "daily/2026-11-16", "monthly/2026-11-16", "weekly/20261116x", "..%2Fsecret.html"],
)
def test_what_is_no_written_report_is_not_found(client: TestClient, path: str):
    answer = client.get(f"/reports/{path}", headers=SALES)
    assert answer.status_code == 404
    assert "a secret" not in answer.text
