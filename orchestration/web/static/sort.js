// Sort the tables of widgets by the column whose head is clicked. Without scripts the heads are plain text.
"use strict";
const collator = new Intl.Collator("en", { numeric: true });
const sorted = new Map(); // the column and the direction of each table, which new figures keep

function nameOf(table) {
  const widget = table.closest("section");
  return `${widget.id} ${Array.from(widget.querySelectorAll("table")).indexOf(table)} ${table.tHead.textContent}`;
}

function valueOf(row, column) {
  const { dataset, textContent } = row.cells[column];
  return dataset.value === undefined ? textContent : Number.parseFloat(dataset.value);
}

function compare(a, b, sign) {
  const missing = Number.isNaN(a) - Number.isNaN(b);
  if (missing || Number.isNaN(a)) return missing; // what was not measured stands last in both directions
  return sign * (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
}

function sort(table, { column, direction }) {
  const sign = direction === "ascending" ? 1 : -1;
  const rows = Array.from(table.tBodies[0].rows, (row) => ({ row, value: valueOf(row, column) }));
  rows.sort((a, b) => compare(a.value, b.value, sign));
  table.tBodies[0].append(...rows.map(({ row }) => row));
  for (const head of table.tHead.rows[0].cells) head.removeAttribute("aria-sort");
  table.tHead.rows[0].cells[column].setAttribute("aria-sort", direction);
}

function makeSortable(table) {
  if (table.tBodies[0].rows.length < 2) return;
  for (const head of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      const by = { column: head.cellIndex, direction };
      sorted.set(nameOf(table), by);
      sort(table, by);
    });
  }
  if (sorted.has(nameOf(table))) sort(table, sorted.get(nameOf(table)));
}

document.addEventListener("widget-replaced", (event) => event.target.querySelectorAll("table").forEach(makeSortable));
document.querySelectorAll("section.widget table").forEach(makeSortable);
