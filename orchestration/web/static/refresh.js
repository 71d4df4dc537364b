// Ask for new figures as often as the panel says. Without scripts a page stays as it is until it is loaded again.
"use strict";
const grid = document.querySelector("[data-refresh]");
const shown = new Map(Array.from(grid.children, (widget) => [widget.id, widget.outerHTML]));

function isInUse(widget) {
  return widget.querySelector("details[open], :focus-visible, :focus:not(.sort)") !== null;
}

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const widget of Array.from(grid.children)) {
    const next = fresh.getElementById(widget.id);
    if (!next || next.outerHTML === shown.get(widget.id) || isInUse(widget)) continue;
    shown.set(widget.id, next.outerHTML);
    const replacement = document.importNode(next, true);
    widget.replaceWith(replacement);
    replacement.dispatchEvent(new CustomEvent("widget-replaced", { bubbles: true }));
  }
  document.querySelector(".as-of").textContent = fresh.querySelector(".as-of").textContent;
}

setInterval(refresh, Number(grid.dataset.refresh) * 1000);
