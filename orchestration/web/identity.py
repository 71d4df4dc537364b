"""Say who asks and with which role: by the header of a trusted proxy, or by the cookie of a sign-in.

One signs in with the printed link, or by OpenID Connect (``oidc.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orchestration.web.pages import page, refusal_page
from orchestration.web.refusal import Refusal, not_found
from orchestration.web.roles import RIGHTS, Rights, Role
from orchestration.web.service import WebService, service_of

LOCAL = "local"
"""Name of who signs in with the printed link: whoever can start the service can read its files, so this is an admin."""
COOKIE = "voice_session"

_LOCAL_REMEDY = "Open the sign-in link that 'voice serve' printed; start it again for a new one."
_PROVIDER_REMEDY = "Open /sign-in in a browser."
_PROXY_REMEDY = "Open the page by its public address, where the proxy signs you in."


@dataclass(frozen=True)
class WebUser:
    """Who asks. ``name`` is an e-mail address, or ``local``."""

    name: str
    role: Role

    @property
    def rights(self) -> Rights:
        return RIGHTS[self.role]


def signed_in_name(request: Request) -> str:
    """Return the name of the person; ``Refusal`` 401 for nobody, 400 when the proxy's header is not exactly one value."""
    service = service_of(request)
    if service.settings.local_sign_in:
        cookie = request.cookies.get(COOKIE, "")
        name = service.signer.session_name(cookie, _lasts(service))
        if name is None:
            raise Refusal(401, "not_signed_in", "You are not signed in.", _LOCAL_REMEDY)
        return name
    if service.provider:
        return _named_by_provider(request, service)[0]
    named = [value.strip() for value in request.headers.getlist(service.settings.identity_header)]
    if not _from_proxy(request, service) or not any(named):
        raise Refusal(401, "not_signed_in", "You are not signed in.", _PROXY_REMEDY)
    if len(named) != 1 or "," in named[0] or "@" not in named[0]:
        raise Refusal(
            400,
            "ambiguous_identity",
            "The proxy did not name one person.",
            "Let it remove the identity header of incoming requests and set its own.",
        )
    return named[0].lower()


def signed_in_person(request: Request) -> WebUser:
    """Return the person with the role; ``Refusal`` 403 when the person has none."""
    service, name = service_of(request), signed_in_name(request)
    if service.settings.local_sign_in:
        return WebUser(LOCAL, Role.ADMIN)
    groups = _named_by_provider(request, service)[1] if service.provider else _groups(request, service)
    role = service.roles.role_of(name, groups)
    if role is None:
        raise Refusal(403, "no_role", "You are signed in and have no role here.", "Ask an admin for a role in the file of roles.")
    return WebUser(name, role)


async def sign_in(request: Request) -> Response:
    """Exchange the printed link for a session cookie, and go on to the first page; or go to the identity provider."""
    service = service_of(request)
    if service.provider:
        return await service.provider.begin(request)
    if not service.settings.local_sign_in or not service.signer.is_sign_in_token(request.query_params.get("token", "")):
        raise Refusal(401, "link_expired", "This sign-in link is not valid, or no longer.", _LOCAL_REMEDY)
    return _with_session("/", service, service.signer.session(LOCAL))


async def finish_sign_in(request: Request) -> Response:
    """Take back whom the identity provider has signed in, and go on to the page that was asked for."""
    service = service_of(request)
    if service.provider is None:
        raise not_found()
    try:
        person = await service.provider.finish(request, service.roles.groups.keys())
    except Refusal as refusal:
        response = refusal_page(request, refusal)
    else:
        response = _with_session(person.next_page, service, service.signer.person(person.name, person.groups))
    service.provider.forget(request, response)
    return response


def redirect_to_sign_in(request: Request, refusal: Refusal) -> Response | None:
    """Lead a person whose page needs a sign-in to the identity provider; None for programs and other refusals.

    A script of a page, which asks for new figures every few seconds, is a program too: it could not follow to another site, and
    each time it asked another sign-in would be pending.
    """
    is_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    is_script = request.headers.get("sec-fetch-mode", "navigate") != "navigate"
    if refusal.reason != "not_signed_in" or not is_page or is_script or service_of(request).provider is None:
        return None
    asked = quote(request.scope["path"]) + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?{urlencode({'next': asked})}", status_code=303)


def sign_out(request: Request) -> Response:
    """Remove the cookie; behind a proxy, signing out is the proxy's, and of the provider's own session the provider's."""
    service = service_of(request)
    # to the provider, the first page would lead on: it may sign in again unasked, and no form may lead to another site
    response: Response = page("signed_out.html.j2") if service.provider else RedirectResponse("/", status_code=303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=service.is_https)
    return response


def _with_session(address: str, service: WebService, session: str) -> Response:
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        COOKIE,
        session,
        max_age=service.settings.session_hours * 3600,  # seconds in an hour
        secure=service.is_https,
        httponly=True,
        samesite="lax",  # links in messages lead here from other sites
    )
    return response


def _named_by_provider(request: Request, service: WebService) -> tuple[str, list[str]]:
    person = service.signer.opened_person(request.cookies.get(COOKIE, ""), _lasts(service))
    if person is None:
        raise Refusal(401, "not_signed_in", "You are not signed in.", _PROVIDER_REMEDY)
    return person


def _lasts(service: WebService) -> timedelta:
    return timedelta(hours=service.settings.session_hours)


def _from_proxy(request: Request, service: WebService) -> bool:
    """Return whether the connection itself comes from a trusted proxy; no header can claim that."""
    if request.client is None:
        return False
    try:
        peer = ip_address(request.client.host)
    except ValueError:
        return False
    return any(peer in network for network in service.settings.proxies)


def _groups(request: Request, service: WebService) -> list[str]:
    header = service.settings.groups_header
    values = request.headers.getlist(header) if header else []
    return [group.strip() for value in values for group in value.split(",") if group.strip()]
