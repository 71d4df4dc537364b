"""CONTRIBUTING, 'A vendor'."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext

from contract.platform.settings import VendorSettings
from orchestration.delivery.engine import sync
from orchestration.delivery.items import Change, ItemOutcome, Source
from orchestration.delivery.log import delivery_totals
from orchestration.destinations.vendor import Vendor
from orchestration.resources import Platform


class ToySettings(VendorSettings):
    missing = property(lambda self: "VOICE_TOY_URL")


class Toy:
    name, kind, posted = "toy", "word", list[str]()
    stages = property(lambda self: [self])
    open = staticmethod(lambda: nullcontext(["a", "b"]))

    def sources(self, reader: list[str]) -> list[Source]:
        return [Source(word, "1") for word in reader]

    def plan(self, reader: list[str], sources: Sequence[Source]) -> list[Change]:
        return [Change(source.key, source.key, None, "send", fields={"word": source.key}) for source in sources]

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        self.posted += [change.key for change in changes]
        yield [ItemOutcome(change.key, delivered=True) for change in changes]


def test_a_vendor_is_settings_stages_and_an_entry(platform: Platform):
    vendor = Vendor("toy", "Toy", ToySettings, make=lambda platform, dry_run: Toy())
    for _ in range(2):
        assert sync(vendor.make(platform, dry_run=False), platform.settings, platform.state).failure is None
    assert Toy.posted == ["a", "b"]
    assert delivery_totals(platform.state)[0]["sent"] == 2
