// Reads numbers with the script of a page, as JSON: `node numbers.mjs PAGE CASES`, where CASES is a list of
// [typed, item id]. Prints a list of the number, or null where the page asks back.

import fs from 'node:fs';
import { chromium } from 'playwright-core';

const [page_file, cases_file] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
const page = await browser.newPage();
await page.goto(`file://${page_file}`);
const read = await page.evaluate((cases) => cases.map(([typed, id]) =>
  readNumber(typed, quiz.items.find((item) => item.id === id))[0] ?? null), JSON.parse(fs.readFileSync(cases_file, 'utf8')));
console.log(JSON.stringify(read));
await browser.close();
