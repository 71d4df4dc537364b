"""Name variables of the environment that look like settings and are none: a misspelt one would silently do nothing."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from contract.platform.settings import Settings

_PREFIX = "VOICE_"
_SIMILAR = 0.75  # share of equal letters: two slips in a short name pass, another setting's name does not


def misspelt_settings(names: Iterable[str]) -> list[str]:
    """Return one warning for each unknown ``VOICE_`` variable that resembles a setting, with the name that was probably meant.

    Others are left alone: scripts around the platform may have variables of their own.
    """
    of_platform = {f"{_PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(name for name in names if name.upper().startswith(_PREFIX) and name.upper() not in of_platform)
    if not unknown:
        return []
    from orchestration.settings_page import variables

    known = {variable.name for group in variables().values() for variable in group}
    meant = {name: get_close_matches(name.upper(), known, 1, _SIMILAR) for name in unknown if name.upper() not in known}
    return [f"{name} is no setting and does nothing: did you mean {near[0]}?" for name, near in meant.items() if near]
