// Opens dashboards with a headless Chromium, with and without scripts, and writes what stands in them as JSON: charts that are drawn,
// those that are not, tables, and errors in the console. What to open stands in the JSON of standard input.
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";

const TIMEOUT = 120_000; // milliseconds for one page, also on a busy machine
const { executable, base, headers, paths, widths, scripts, filter, pictures } = JSON.parse(readFileSync(0, "utf8"));

function look() {
  const shown = (each) => each.getClientRects().length > 0;
  const drawings = [...document.querySelectorAll(".drawing")].filter(shown);
  const isDrawn = (each) => {
    const svg = each.querySelector("svg");
    return svg !== null && svg.getBoundingClientRect().width > 40 && svg.querySelectorAll("path").length > 0;
  };
  return {
    address: location.pathname + location.search,
    charts: drawings.length,
    drawn: drawings.filter(isDrawn).length,
    byBrowser: drawings.filter((each) => each.hasAttribute("data-chart")).length,
    tables: document.querySelectorAll("table").length,
    cards: document.querySelectorAll("section.widget").length,
    wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}

const allDrawn = () => [...document.querySelectorAll("[data-chart]")].every((each) => each.querySelector("svg, canvas"));

/** Take the drawings of a widget away, as new figures of it do, and say that it was replaced: they are drawn again. */
function replaceWidget() {
  const place = document.querySelector("[data-chart]");
  if (!place) return;
  place.replaceChildren();
  place.closest("section").dispatchEvent(new CustomEvent("widget-replaced", { bubbles: true }));
}

const browser = await puppeteer.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-gpu"], protocolTimeout: TIMEOUT });
const results = [];
try {
  for (const width of widths) {
    const page = await browser.newPage();
    page.setDefaultTimeout(TIMEOUT);
    await page.setJavaScriptEnabled(scripts);
    await page.setExtraHTTPHeaders(headers);
    await page.setViewport({ width, height: 900 });
    const errors = [];
    page.on("console", (line) => ["error", "warn"].includes(line.type()) && errors.push(line.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    for (const path of paths) {
      errors.length = 0;
      await page.goto(base + path);
      if (filter) {
        await page.select("select[name=tier]", filter);
        await Promise.all([page.waitForNavigation(), page.click("form.filters button")]);
      }
      if (scripts) {
        await page.waitForFunction(allDrawn);
        await page.evaluate(replaceWidget);
        await page.waitForFunction(allDrawn);
      }
      if (pictures) await page.screenshot({ path: `${pictures}/${path.split("/").pop().split("?")[0]}-${width}-${scripts}.png`, fullPage: true });
      results.push({ path, width, errors: [...errors], ...(await page.evaluate(look)) });
    }
    await page.close();
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(results));
