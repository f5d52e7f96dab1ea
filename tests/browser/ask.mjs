// Answers a page of `coofit page` in Chromium, without a network, and saves what the page saves.
//
//     node ask.mjs PAGE ANSWERS OUT desktop|phone
//
// ANSWERS is a JSON object from item id to answer, null for a skip. Ends with 1 at the first thing that is wrong.

import assert from 'node:assert';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [page_file, answers_file, out, size] = process.argv.slice(2);
const answers = JSON.parse(fs.readFileSync(answers_file, 'utf8'));
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const phone = size === 'phone';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const context = await browser.newContext({
  offline: true,
  bypassCSP: false,
  ...(phone ? { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true } : { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }),
});
const page = await context.newPage();
const troubles = [];
page.on('console', (message) => troubles.push(message.text()));
page.on('pageerror', (error) => troubles.push(String(error)));
page.on('request', (request) => {
  if (!/^(file|blob):/.test(request.url())) troubles.push(`a request: ${request.url()}`);
});
await page.goto(`file://${page_file}`);

async function look(where) {
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] })`);
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), [], where);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
  const small = await page.$$eval('button, .button, .option, select, input:not([type=radio], [type=checkbox]), summary',
    (all) => all.map((it) => [it.outerHTML.slice(0, 80), it.getBoundingClientRect().height]).filter(([, height]) => height < 44));
  assert.deepEqual(small, [], where);
}

const button = (name) => page.getByRole('button', { name });
const press = (element) => (phone ? element.tap() : element.click());
const quiz = await page.evaluate(() => quiz);
await look('the start');
if (quiz.observed) {
  await page.fill('#own', 'A. N. Observer');
  await page.selectOption('#relation', 'peer');
}
await press(button('Start'));

const looked = new Set();
for (const [index, item] of quiz.items.entries()) {
  const where = await page.innerText('.place');
  assert.ok(where.startsWith(`${index + 1} of ${quiz.items.length}`), `${where}, and ${index + 1} is due`);
  assert.ok((await page.innerText('h1')).includes(item.ask));
  if (!looked.has(item.kind)) await look(item.kind);
  looked.add(item.kind);
  const answer = answers[item.id];
  const options = page.locator('.option');
  if (answer === null) {
    if (phone) await press(button('Skip'));
    else await page.keyboard.press('s');
  } else if (item.kind === 'number') {
    await page.fill('#number', `${answer} ${item.unit}`);
    assert.ok((await page.innerText('output')).startsWith('= '), `${answer} ${item.unit}`);
    if (phone) await press(button('Next'));
    else await page.keyboard.press('Enter');
  } else if (item.kind === 'checklist') {
    for (const id of answer) {
      const at = item.options.findIndex((option) => option.id === id);
      if (phone) await press(options.nth(at));
      else await page.keyboard.press(item.options[at].key);
    }
    await press(button('Next'));
  } else {
    const at = item.kind === 'rating' ? answer - 1 : item.options.findIndex((option) => option.id === answer);
    if (phone) {
      await press(options.nth(at));
    } else if (index % 2) {
      await page.keyboard.press(item.options[at].key);
    } else {
      // The arrow keys move, and only Enter answers.
      await page.keyboard.press('ArrowDown');
      for (let step = 0; step < at; step += 1) await page.keyboard.press('ArrowDown');
      await page.keyboard.press(' ');
      assert.ok((await page.innerText('.place')).startsWith(`${index + 1} of`), 'an arrow key answered');
      await page.keyboard.press('Enter');
    }
  }
  if (index === 2) {
    // Back shows the earlier answer, which stays when nothing is changed.
    if (phone) await press(button('Back'));
    else await page.keyboard.press('Escape');
    assert.ok((await page.innerText('.place')).startsWith('3 of'));
    if (answer === null) await press(button('Skip'));
    else await press(button('Next'));
    // A reload loses nothing, and the page warns before it goes.
    let warned = false;
    page.once('dialog', (dialog) => { warned = true; dialog.accept(); });
    await page.reload();
    assert.ok(warned, 'the page closes without a word');
    assert.ok((await page.innerText('.place')).startsWith('4 of'));
    // A half-finished file has what was answered, and Back goes on.
    await press(button('Stop here and save'));
    await look('stopping early');
    await page.locator('summary').click();
    const half = JSON.parse(await page.inputValue('textarea')).answers;
    assert.deepEqual(half, Object.fromEntries(quiz.items.slice(0, 3).map(({ id }) => [id, answers[id]])));
    await press(button('Back'));
    assert.ok((await page.innerText('.place')).startsWith('4 of'));
    await page.keyboard.press('?');
    const why = page.locator('#why');
    assert.equal(await why.count() === 0 || await why.evaluate((node) => node.open), true);
  }
}

if (Object.values(answers).includes(null)) {
  await look('the offer of the skipped questions');
  await press(button('Answer now'));
  assert.ok((await page.innerText('.place')).startsWith('1 of'));
  const left = await page.innerText('.place');
  page.once('dialog', (dialog) => dialog.accept());
  await page.reload();
  assert.equal(await page.innerText('.place'), left);
  for (;;) {
    const skip = button('Skip');
    if (await skip.count() === 0) break;
    await press(skip);
  }
}
await look('the end');
const [download] = await Promise.all([page.waitForEvent('download'), press(page.getByText('Save answers'))]);
await download.saveAs(out);
assert.match(download.suggestedFilename(), /^coofit-[a-z0-9-]+\.json$/);
assert.match(await page.innerText('[role=status]'), /^Saved as/);
await page.locator('summary').click();
assert.deepEqual(JSON.parse(await page.inputValue('textarea')), JSON.parse(fs.readFileSync(out, 'utf8')));
// What others could read on this computer goes on request.
await press(button('Clear my answers'));
await look('clearing');
await press(button('Clear them'));
assert.equal(await page.evaluate(() => localStorage.length), 0);
assert.ok(await button('Start').isVisible());
assert.deepEqual(troubles, []);
await browser.close();
