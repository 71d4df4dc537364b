"""Read e-mail addresses from settings. Errors never contain the address: it is personal data."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr


def address_of(text: str) -> Address:
    """Return ``Name <address>`` or a bare address; raises ``ValueError`` for what is none."""
    name, spec = parseaddr(text)
    if not spec or spec.count("@") != 1 or not all(part and not part.isspace() for part in spec.split("@")):
        raise ValueError("is not an e-mail address")
    try:
        return Address(name, addr_spec=spec)
    except Exception:  # the header parser raises several kinds of errors, all with the address in their text
        raise ValueError("is not an e-mail address") from None


def addresses_by_recipient(text: str) -> dict[str, str]:
    """Return bare addresses by name from ``name=address, name=address``; raises ``ValueError`` for another form or a name twice."""
    found: dict[str, str] = {}
    for pair in filter(None, map(str.strip, text.split(","))):
        name, equals, address = (part.strip() for part in pair.partition("="))
        if not (name and equals):
            raise ValueError("must be name=address, several separated by commas")
        if name in found:
            raise ValueError(f"names {name} twice")
        found[name] = address_of(address).addr_spec
    return found
