"""Read and draw the default view of every role as soon as a version is published, so that nobody waits for it.

The script that draws the charts of other views is put together after it.

The service and what publishes are two processes: a thread looks at the manifest, which names the version.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable

import duckdb

from contract.platform.failures import VoiceError
from orchestration.dashboards.definition import panels
from orchestration.warehouse.manifest import read_manifest
from orchestration.web.dashboard_pages import today_at, widget_views
from orchestration.web.identity import WebUser
from orchestration.web.roles import RIGHTS
from orchestration.web.service import WebService
from orchestration.web.subject_page import all_calls
from orchestration.web.vega_bundle import vega_bundle
from orchestration.web.widgets import choices, read_widgets, right_names

log = logging.getLogger("voice.web")
_SECONDS = 2.0
"""Between looks at the manifest, a file of some kB: a call is published within a minute."""
_GRACE_SECONDS = 10  # for the widget under way when the service is told to stop; one takes far less
_PAUSE_SECONDS = 0.02
"""After each widget: requests that come meanwhile get the processor."""


class DefaultViews(threading.Thread):
    """Draw what is new until ``stop`` is called. What cannot be read now is read by the request that needs it."""

    def __init__(self, service: WebService, seconds: float = _SECONDS) -> None:
        super().__init__(name="default-views", daemon=True)
        self._service = service
        self._seconds = seconds
        self._stopped = threading.Event()
        self._drawn: Hashable = None

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.draw_if_new()
                vega_bundle()
            except (VoiceError, duckdb.Error, OSError, ValueError) as error:
                log.warning("%s while drawing the default views", type(error).__name__)
            self._stopped.wait(self._seconds)

    def stop(self) -> None:
        """End the thread after the widget that it works on."""
        self._stopped.set()
        self.join(_GRACE_SECONDS)

    def draw_if_new(self) -> bool:
        """Draw when another version or business day has come since the last time; return whether it did."""
        manifest = read_manifest(self._service.platform.settings.published_dir)
        if manifest is None:
            return False
        present = (manifest.version, manifest.published_at, today_at(self._service))
        if present == self._drawn:
            return False
        draw_default_views(self._service, lambda: self._stopped.wait(_PAUSE_SECONDS))
        self._drawn = present
        return True


def draw_default_views(service: WebService, between: Callable[[], object] = lambda: None) -> None:
    """Read and draw every widget without a filter, once for roles that may see the same; ``between`` is called after each and
    returns true to stop."""
    filters = all_calls(service)
    roles = {right_names(RIGHTS[role]): role for role in RIGHTS}.values()
    choices(service)
    for role in roles:
        person = WebUser("", role)
        for panel in panels().values():
            for widget in panel.widgets:
                widget_views(service, read_widgets(service, [widget], filters, person.rights), filters, person)
                if between():
                    return
