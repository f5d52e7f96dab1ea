// Opens pages in Chromium: light and dark, on a desktop, a phone and a narrow phone, and for paper; every fold open.
//
//     node pages.mjs PAGE...
//
// A page must be small, fetch nothing, run nothing, have a short table of contents, pass axe, fit the width of its window, and break no head of a column. On paper, a report has four pages: the
// message, the scales, the plan, the limits. Ends with 1 and a list of troubles.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const troubles = [];

for (const file of process.argv.slice(2)) {
  const { size } = fs.statSync(file);
  if (size > 120_000) troubles.push(`${file}: ${size} bytes`);
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 390, 320]) {
      const where = `${file} ${colorScheme} ${width}`;
      const context = await browser.newContext({ offline: true, colorScheme, viewport: { width, height: 800 } });
      const page = await context.newPage();
      const say = (text) => troubles.push(`${where}: ${text}`);
      page.on('console', (message) => say(message.text()));
      page.on('pageerror', (error) => say(String(error)));
      page.on('request', (request) => request.url().startsWith('file:') || say(`a request: ${request.url()}`));
      await page.goto(`file://${file}`);
      await page.evaluate(() => document.querySelectorAll('details').forEach((fold) => (fold.open = true)));
      const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ${JSON.stringify(rules)} })`);
      for (const { id, nodes } of violations) say(`${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
      const scripts = await page.$$eval('script', (all) => all.length);
      if (scripts) say(`${scripts} scripts`);
      const links = await page.$$eval('nav a', (all) => all.length);
      if (links > 6) say(`${links} links in the contents`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) say(`${wide} px too wide`);
      const narrow = await page.$$eval('.scores svg', (bars) => Math.min(...bars.map((bar) => bar.getBoundingClientRect().width)));
      if (width < 400 && narrow < width / 2) say(`a bar is only ${narrow} px wide`);
      const split = await page.evaluate(splitHeads);
      if (split.length) say(`words cut in two: ${split.join(', ')}`);
      const faint = await page.evaluate(lines);
      if (faint.length) say(`lines under 3:1: ${faint.join(', ')}`);
      if (colorScheme === 'light' && width === 1280) {
        await page.emulateMedia({ media: 'print' });
        const folded = await page.$$eval('nav, .folded', (all) => all.filter((it) => it.checkVisibility()).length);
        if (folded) say(`${folded} folds on paper`);
        const cut = await page.evaluate(splitHeads);
        if (cut.length) say(`words cut in two on paper: ${cut.join(', ')}`);
        for (const format of (await page.$('#plan')) ? ['A4', 'Letter'] : []) {
          const pdf = (await page.pdf({ format })).toString('latin1');
          const sheets = pdf.match(/\/Type ?\/Page\b/g).length;
          if (sheets !== 4) say(`${sheets} pages on ${format} instead of 4`);
        }
      }
      await context.close();
    }
  }
}
await browser.close();
for (const trouble of troubles) console.error(trouble);
process.exitCode = troubles.length ? 1 : 0;

// Column heads of one word that go over more than one line; a long name may.
function splitHeads() {
  const heads = [...document.querySelectorAll('thead th')].filter((head) => head.checkVisibility() && !head.querySelector('.unseen'));
  return heads.filter((head) => {
    const words = document.createRange();
    words.selectNodeContents(head);
    return /^\S{1,12}$/.test(head.textContent.trim()) && words.getClientRects().length > 1;
  }).map((head) => head.textContent);
}

// The classes of lines and bars in pictures whose contrast with the page is under 3:1.
function lines() {
  const channels = (color) => color.match(/[\d.]+/g).slice(0, 3).map((value) => value / 255);
  const light = (color) => {
    const [r, g, b] = channels(color).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const faint = new Set();
  for (const mark of document.querySelectorAll('svg .range, svg .outer, svg .needs, svg .dot, svg .bin, svg .few, svg .trace, svg .point, svg .rail')) {
    const style = getComputedStyle(mark);
    const ratios = [style.stroke, style.fill].filter((color) => color.startsWith('rgb')).map((color) => {
      const [high, low] = [light(color), paper].sort((a, b) => b - a);
      return (high + 0.05) / (low + 0.05);
    });
    if (Math.max(...ratios) < 3) faint.add(mark.getAttribute('class'));
  }
  return [...faint];
}
