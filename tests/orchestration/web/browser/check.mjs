// Opens every page in every width and colour scheme with a headless Chromium, checks it with axe-core against WCAG 2.2 AA and writes what
// is wrong as JSON. What to open stands in the JSON of standard input; ``pictures`` is a folder, or empty for none.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations"],
};
const TIMEOUT = 120_000; // milliseconds for one page, also on a busy machine
const { executable, base, headers, pages, widths, schemes, pictures } = JSON.parse(readFileSync(0, "utf8"));

const openAll = () => document.querySelectorAll("details").forEach((each) => (each.open = true));
const wider = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;

async function check(page, name, view) {
  const found = [];
  const overflow = await page.evaluate(wider);
  if (overflow > 0) found.push({ rule: "page-width", what: `the page is ${overflow} px wider than the window`, where: [] });
  if (pictures) await page.screenshot({ path: join(pictures, `${name}-${view.width}-${view.scheme}.png`), fullPage: true });
  await page.evaluate(openAll);
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate((rules) => axe.run(document, rules), RULES);
  for (const each of violations) found.push({ rule: each.id, what: each.help, where: each.nodes.map((node) => `${node.target.join(" ")}: ${node.any.concat(node.all)[0]?.message ?? ""}`) });
  return { found, passed: passes.length };
}

if (pictures) mkdirSync(pictures, { recursive: true });
const browser = await puppeteer.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-gpu"], protocolTimeout: TIMEOUT });
const results = [];
try {
  for (const scheme of schemes) {
    for (const width of widths) {
      const page = await browser.newPage();
      page.setDefaultTimeout(TIMEOUT);
      await page.setExtraHTTPHeaders(headers);
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      const refused = [];
      page.on("console", (line) => line.type() === "error" && refused.push(line.text()));
      for (const [name, { path, status }] of Object.entries(pages)) {
        refused.length = 0;
        const answer = await page.goto(base + path);
        const { found, passed } = await check(page, name, { width, scheme });
        if (answer.status() !== status) found.push({ rule: "status", what: `${answer.status()} and not ${status}`, where: [] });
        // Chromium writes an answer that is no 200 to the console too.
        const errors = refused.filter((text) => status === 200 || !text.includes(`status of ${status}`));
        if (errors.length) found.push({ rule: "console", what: "errors in the browser's console", where: errors });
        results.push({ page: name, path, width, scheme, found, passed });
      }
      await page.close();
    }
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(results));
