// Sorts every table of widgets by every column with a headless Chromium: upwards with the mouse, downwards with the keyboard. Writes the
// rows as JSON, before and after. What to open stands in the JSON of standard input.
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";

const TIMEOUT = 120_000; // milliseconds for one page, also on a busy machine
const KEYS = ["Enter", "Space"];
const { executable, base, headers, paths, width, scripts, refreshed } = JSON.parse(readFileSync(0, "utf8"));

const openAll = () => document.querySelectorAll("details").forEach((each) => (each.open = true));
const plainHeads = () => ({ heads: document.querySelectorAll("th[data-sort]").length, buttons: document.querySelectorAll("th button").length });

function look(table, column) {
  const heads = Array.from(table.tHead.rows[0].cells);
  return {
    rows: Array.from(table.tBodies[0].rows, (row) => Array.from(row.cells, (cell) => cell.textContent)),
    directions: heads.map((head) => head.getAttribute("aria-sort")),
    isFocused: heads[column].contains(document.activeElement),
  };
}

/** Rows stand as the service sent them before each column is tried, so that its order can be told from its values alone. */
function putInFirstOrder(table) {
  table.firstOrder ??= Array.from(table.tBodies[0].rows);
  table.tBodies[0].append(...table.firstOrder);
}

const describe = (table) => ({
  widget: table.closest("section").id,
  heads: Array.from(table.tHead.rows[0].cells, (head) => head.textContent),
  sortable: Array.from(table.tHead.rows[0].cells, (head) => head.querySelector("button") !== null),
  count: table.tBodies[0].rows.length,
});

async function sortBothWays(page, table, column, key) {
  await table.evaluate(putInFirstOrder);
  const before = await table.evaluate(look, column);
  const button = await table.$(`th:nth-child(${column + 1}) button`);
  await button.click();
  const byMouse = await table.evaluate(look, column);
  await button.focus();
  await page.keyboard.press(key);
  return { column, before, byMouse, byKeyboard: await table.evaluate(look, column) };
}

/** Let new figures come in for a widget whose table was sorted, and say whether the widget was replaced and how its rows stand now. */
async function newFigures(page, id) {
  return page.evaluate(async (id) => {
    const former = document.getElementById(id);
    shown.set(id, "");
    await refresh();
    const widget = document.getElementById(id);
    const table = widget.querySelector("table");
    return {
      isReplaced: widget !== former,
      rows: Array.from(table.tBodies[0].rows, (row) => Array.from(row.cells, (cell) => cell.textContent)),
      directions: Array.from(table.tHead.rows[0].cells, (head) => head.getAttribute("aria-sort")),
    };
  }, id);
}

async function sortAndRefresh(page, path, id, column) {
  await page.goto(base + path);
  const button = () => page.$(`#${id} th:nth-child(${column + 1}) button`);
  await (await button()).click();
  await (await button()).click();
  const [first, second] = [await newFigures(page, id), await newFigures(page, id)];
  await (await button()).press("Enter");
  return { first, second, inUse: await newFigures(page, id) };
}

const browser = await puppeteer.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-gpu"], protocolTimeout: TIMEOUT });
const results = { tables: [], plain: [], refreshed: {} };
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(TIMEOUT);
  const errors = [];
  page.on("console", (line) => ["error", "warn"].includes(line.type()) && errors.push(line.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  await page.setJavaScriptEnabled(scripts);
  await page.setExtraHTTPHeaders(headers);
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]); // what is clicked does not move
  for (const path of paths) {
    await page.goto(base + path);
    if (!scripts) {
      results.plain.push({ path, ...(await page.evaluate(plainHeads)) });
      continue;
    }
    await page.evaluate(openAll);
    for (const table of await page.$$("section.widget table")) {
      const found = { path, ...(await table.evaluate(describe)), sorted: [] };
      for (const column of found.sortable.keys()) {
        if (found.sortable[column]) found.sorted.push(await sortBothWays(page, table, column, KEYS[column % KEYS.length]));
      }
      results.tables.push(found);
    }
  }
  for (const [path, id, column] of refreshed) results.refreshed[id] = await sortAndRefresh(page, path, id, column);
  results.errors = errors;
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(results));
