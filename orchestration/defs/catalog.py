"""Complete what Dagster's catalog shows of every asset: owner, link to the code, a description that needs no other text."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from contract.platform.settings import PROJECT_ROOT, Settings

CODE_REFERENCES = "dagster/code_references"
_SPECIFICATION = re.compile(r" \((?:spec|mappings)[^)]*\)")


@dataclass(frozen=True)
class CodeSource:
    """A place in the repository: a path relative to its root, and a line."""

    path: Path
    line: int = 1

    @classmethod
    def of(cls, function: Callable[..., Any]) -> CodeSource:
        """Return where a function is written."""
        code = inspect.unwrap(function).__code__
        return cls(Path(code.co_filename).relative_to(PROJECT_ROOT), code.co_firstlineno)


@dataclass(frozen=True)
class Catalog:
    """What the definitions add to their assets. ``sources`` are places of assets that are written elsewhere than their body.

    ``freshness`` are the policies of assets that may be stale.
    """

    settings: Settings
    sources: Mapping[dg.AssetKey, CodeSource]
    freshness: Mapping[dg.AssetKey, dg.FreshnessPolicy]

    def completed(self, asset: dg.AssetsDefinition) -> dg.AssetsDefinition:
        """Return the asset with owner, description, code link and freshness policy."""
        body = CodeSource.of(asset.node_def.compute_fn.decorated_fn)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]

        def with_code(spec: dg.AssetSpec) -> dg.AssetSpec:
            link = code_link(self.sources.get(spec.key, body), self.settings.code_url)
            fresh = spec.replace_attributes(freshness_policy=self.freshness.get(spec.key))
            return self.described(fresh).merge_attributes(metadata={CODE_REFERENCES: link})

        return asset.map_asset_specs(with_code)

    def described(self, spec: dg.AssetSpec) -> dg.AssetSpec:
        """Return the specification with its owner, and its description as Markdown without numbers of the product's sections."""
        text = _SPECIFICATION.sub("", inspect.cleandoc(spec.description or "")).replace("``", "`")
        return spec.replace_attributes(owners=[self.settings.owner], description=text)


def code_link(source: CodeSource, code_url: str) -> dg.CodeReferencesMetadataValue:
    """Return a link below ``code_url`` when there is one, else to the file on this machine, which an editor opens."""
    label = source.path.as_posix()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # Dagster's UI has no other way to show where an asset is written
        if code_url:
            url = f"{code_url.rstrip('/')}/{label}#L{source.line}"
            return dg.CodeReferencesMetadataValue(code_references=[dg.UrlCodeReference(url=url, label=label)])
        file = str(PROJECT_ROOT / source.path)
        local = dg.LocalFileCodeReference(file_path=file, line_number=source.line, label=label)
        return dg.CodeReferencesMetadataValue(code_references=[local])
