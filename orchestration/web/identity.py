"""Say who asks and with which role: by the header of a trusted proxy, or by the cookie of a sign-in with the printed link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orchestration.web.refusal import Refusal
from orchestration.web.roles import RIGHTS, Rights, Role
from orchestration.web.service import WebService, service_of

LOCAL = "local"
"""Name of who signs in with the printed link: whoever can start the service can read its files, so this is an admin."""
COOKIE = "voice_session"

_LOCAL_REMEDY = "Open the sign-in link that 'voice serve' printed; start it again for a new one."
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
        name = service.signer.session_name(cookie, timedelta(hours=service.settings.session_hours))
        if name is None:
            raise Refusal(401, "not_signed_in", "You are not signed in.", _LOCAL_REMEDY)
        return name
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
    role = service.roles.role_of(name, _groups(request, service))
    if role is None:
        raise Refusal(403, "no_role", "You are signed in and have no role here.", "Ask an admin for a role in the file of roles.")
    return WebUser(name, role)


def sign_in(request: Request) -> Response:
    """Exchange the printed link for a session cookie, and go on to the first page."""
    service = service_of(request)
    if not service.settings.local_sign_in or not service.signer.is_sign_in_token(request.query_params.get("token", "")):
        raise Refusal(401, "link_expired", "This sign-in link is not valid, or no longer.", _LOCAL_REMEDY)
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        COOKIE,
        service.signer.session(LOCAL),
        max_age=service.settings.session_hours * 3600,  # seconds in an hour
        secure=service.is_https,
        httponly=True,
        samesite="lax",  # links in messages lead here from other sites
    )
    return response


def sign_out(request: Request) -> Response:
    """Remove the cookie; behind a proxy, signing out is the proxy's."""
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=service_of(request).is_https)
    return response


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
