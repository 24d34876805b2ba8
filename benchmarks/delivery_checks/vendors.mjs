// Asks the vendors' own checkers about rendered briefs: node vendors.mjs FOLDER CHROMIUM -> results as JSON on standard output.
// FOLDER holds one folder a brief, as `next_evidence.brief.render` names its files, and TypeScript with all Slack blocks.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const [folder, chromium] = process.argv.slice(2);
const briefs = readdirSync(folder, { withFileTypes: true }).filter((e) => e.isDirectory() && e.name.startsWith("brief-")).map((e) => e.name).sort();
const shown = briefs.filter((name) => name.startsWith("brief-sample-"));
const results = [];
const add = (check, looked, wrong) => results.push({ check, looked, wrong: wrong.length, first: wrong.slice(0, 5) });

// Slack: each message's blocks are KnownBlock[]
let told = "";
try {
  execFileSync(process.execPath, [require.resolve("typescript/package.json").replace("package.json", "bin/tsc"), "--noEmit", "--strict", "--module", "nodenext", "--moduleResolution", "nodenext", "--skipLibCheck", ...readdirSync(folder).filter((n) => n.endsWith(".ts")).map((n) => join(folder, n))], { encoding: "utf8", maxBuffer: 1 << 28 });
} catch (error) {
  told = error.stdout + error.stderr;
}
const messages = Number(readFileSync(join(folder, "messages.txt"), "utf8"));
add("Slack blocks are KnownBlock[] of @slack/types, by tsc --strict", `${messages} messages of ${briefs.length} briefs`, told.split("\n").filter((line) => line.includes("error TS")));

// Teams: Microsoft's own parser has nothing to say about the card
const { AdaptiveCard, SerializationContext } = require("adaptivecards/dist/adaptivecards.js"); // the package itself is for bundlers
const cards = [];
for (const name of briefs) {
  const card = JSON.parse(readFileSync(join(folder, name, "brief.teams.json"), "utf8")).attachments[0].content;
  const context = new SerializationContext();
  const parsed = new AdaptiveCard();
  parsed.parse(card, context);
  for (let i = 0; i < context.eventCount; i++) cards.push(`${name}: ${context.getEventAt(i).message}`);
  for (const found of parsed.validateProperties().validationEvents) cards.push(`${name}: ${found.message}`);
}
add("Teams cards, by adaptivecards", `${briefs.length} cards`, cards);

// HTML of pages and mails
const { HtmlValidate } = require("html-validate");
const common = { extends: ["html-validate:standard"], rules: { "no-inline-style": "off", "long-title": "off", "no-trailing-whitespace": "off", "void-style": "off", "doctype-style": "off", "tel-non-breaking": "off", "require-sri": "off", "prefer-native-element": "off" } };
// what mail programs need and the standard calls deprecated, or redundant on a table without role
const mail = { ...common, rules: { ...common.rules, "no-deprecated-attr": "off", "wcag/h63": "off" } };
for (const [form, config] of [["brief.html", common], ["brief.email.html", mail]]) {
  const validate = new HtmlValidate(config);
  const wrong = [];
  for (const name of briefs) {
    const report = await validate.validateFile(join(folder, name, form));
    for (const result of report.results) for (const m of result.messages) wrong.push(`${name}: line ${m.line}: ${m.ruleId}: ${m.message}`);
  }
  add(`${form}, by html-validate (standard)`, `${briefs.length} files`, wrong);
}

// What a reader meets: axe-core in Chromium, and pictures to look at
const puppeteer = (await import("puppeteer-core")).default;
const browser = await puppeteer.launch({ executablePath: chromium, headless: true, args: ["--no-sandbox", "--allow-file-access-from-files"], protocolTimeout: 600000 });
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const pictures = join(folder, "pictures");
mkdirSync(pictures, { recursive: true });
const serious = [], wide = [], requests = [];
let minor = 0, looked = 0;
for (const name of shown) {
  for (const form of ["brief.html", "brief.email.html"]) {
    for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [390, "light"], [390, "dark"]]) {
      const page = await browser.newPage();
      page.setDefaultTimeout(600000);
      page.on("request", (r) => { if (/^https?:/.test(r.url())) requests.push(`${name}/${form}: ${r.url()}`); });
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.goto(pathToFileURL(resolve(folder, name, form)).href, { waitUntil: "domcontentloaded" });
      if (form === "brief.html") await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
      await page.evaluate(axe);
      const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
      looked += 1;
      for (const v of found.violations) {
        if (["serious", "critical"].includes(v.impact)) serious.push(`${name}/${form} ${width} ${scheme}: ${v.id} (${v.nodes.length}): ${v.nodes[0].target}`);
        else minor += 1;
      }
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (overflow > 1) wide.push(`${name}/${form} ${width}: ${overflow} pixels too wide`);
      await page.screenshot({ path: join(pictures, `${name}-${form}-${width}-${scheme}.png`), fullPage: true });
      await page.close();
    }
  }
}
add(`pages and mails without serious finding, by axe-core (1280 and 390 pixels, light and dark; ${minor} minor findings)`, `${looked} views`, serious);
add("no view is wider than its screen", `${looked} views`, wide);
add("no page asks anybody for anything", `${looked} views`, requests);
const version = await browser.version();
await browser.close();
writeFileSync(join(folder, "vendors.json"), JSON.stringify({ chromium: version, node: process.version, results }, null, 1));
