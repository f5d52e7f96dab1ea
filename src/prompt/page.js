// Asks the questions, one a screen, and keeps the answers in this browser until they are saved.
'use strict';

const quiz = JSON.parse(document.getElementById('quiz').textContent);
const main = document.querySelector('main');
document.title = quiz.observed ? `Questions about ${quiz.observed}` : quiz.title;
Object.assign(document.documentElement, { lang: quiz.language, dir: quiz.direction });
const place = ['coofit', quiz.bank, quiz.edition, quiz.form, quiz.observed || ''].join('/');

// What is kept: the answers (null for a skip), the seconds spent, the question on the screen (-1 for the
// start), whether the answers were saved as a file since they last changed, whether the skipped questions
// were offered, and which ones are asked once more.
const blank = () => ({ at: -1, answers: {}, seconds: {}, observer: '', relation: '', saved: true, offered: false, again: null });
let state = blank();
let cannotKeep = false;
let shownAt = 0;
let current = null; // the question on the screen

try {
  const kept = JSON.parse(localStorage.getItem(place));
  if (kept && typeof kept.answers === 'object') state = Object.assign(blank(), kept);
} catch (error) {
  cannotKeep = true;
}

function keep() {
  try {
    localStorage.setItem(place, JSON.stringify(state));
  } catch (error) {
    cannotKeep = true;
  }
}

addEventListener('beforeunload', (event) => {
  if (!state.saved) event.preventDefault();
});

// Time counts only while the page is seen.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) spend();
  else shownAt = performance.now();
});

function spend() {
  const item = quiz.items[state.at];
  if (item && shownAt) {
    const seconds = (performance.now() - shownAt) / 1000;
    state.seconds[item.id] = Math.round(((state.seconds[item.id] || 0) + seconds) * 100) / 100;
  }
  shownAt = 0;
}

// ---- building ----------------------------------------------------------------------------------

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, '');
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

function show(heading, ...parts) {
  current = null;
  const warning = cannotKeep &&
    el('p', { class: 'note' }, 'This browser keeps nothing when the page closes. Save your answers before you leave.');
  main.replaceChildren(...[heading, parts, warning, clearing()].flat(Infinity).filter(Boolean));
  scrollTo(0, 0);
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

// The way to remove everything, for a computer that others use too.
function clearing() {
  if (!Object.keys(state.answers).length) return null;
  const box = el('p', { class: 'clear' });
  const ask = el('button', { type: 'button', class: 'quiet', onclick: () => {
    const yes = el('button', { type: 'button', onclick: () => {
      try { localStorage.removeItem(place); } catch (error) { /* nothing is kept there */ }
      state = blank();
      start();
    } }, 'Clear them');
    const no = el('button', { type: 'button', onclick: () => { box.replaceChildren(ask); ask.focus(); } }, 'Keep them');
    box.replaceChildren('Clear all answers from this browser? ', yes, ' ', no);
    no.focus();
  } }, 'Clear my answers');
  box.append(ask);
  return box;
}

// ---- screens -----------------------------------------------------------------------------------

function draw() {
  if (state.at < 0) start();
  else if (state.at < quiz.items.length) ask(quiz.items[state.at]);
  else end();
}

const count = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;
const given = () => quiz.items.filter((item) => item.id in state.answers).length;

function start() {
  state.at = -1;
  const begun = given() > 0;
  const about = quiz.observed ? `What you see of ${quiz.observed}` : quiz.title;
  const own = quiz.observed && [
    !quiz.anonymous && el('p', {}, el('label', { for: 'own' }, `Your name, so that ${quiz.observed} knows whose answers these are (may stay empty)`),
      el('input', { id: 'own', autocomplete: 'name', value: state.observer, oninput: (event) => { state.observer = event.target.value; keep(); } })),
    el('p', {}, el('label', { for: 'relation' }, `You are ${quiz.observed}'s …`),
      el('select', { id: 'relation', onchange: (event) => { state.relation = event.target.value; keep(); } },
        [['', ''], ['boss', 'boss'], ['peer', 'peer'], ['report', 'direct report'], ['other', 'something else']]
          .filter(([value]) => !quiz.anonymous || value !== 'boss')
          .map(([value, text]) => el('option', { value, selected: state.relation === value }, text)))),
  ];
  const go = () => { state.at = next(-1); keep(); draw(); };
  show(
    el('h1', {}, about),
    el('p', {}, `${count(quiz.items.length, 'question')}${quiz.minutes ? `, about ${count(Math.ceil(quiz.minutes), 'minute')}` : ''}.`),
    quiz.before.map((line) => el('p', {}, line)),
    own,
    el('p', { class: 'move' }, el('button', { type: 'button', class: 'main', onclick: go },
      begun ? `Continue at question ${Math.min(next(-1) + 1, quiz.items.length)}` : 'Start')),
  );
}

// The first question from `at` on that was neither answered nor skipped.
function next(at) {
  const open = quiz.items.findIndex((item, index) => index > at && !(item.id in state.answers));
  return open < 0 ? quiz.items.length : open;
}

function ask(item) {
  const earlier = state.answers[item.id];
  const part = quiz.parts[item.part];
  const opens = !state.again && (state.at === 0 || quiz.items[state.at - 1].part !== item.part);
  const number = state.again ? state.again.indexOf(state.at) + 1 : state.at + 1;
  const of = state.again ? state.again.length : quiz.items.length;
  const field = fields[item.kind](item, earlier);
  const problem = el('p', { class: 'problem', role: 'alert' });
  const submit = () => {
    const [answer, wrong] = field.read();
    if (wrong) problem.textContent = wrong;
    else reply(item, answer);
  };
  const form = el('form', { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(); } },
    el('fieldset', { 'aria-labelledby': 'ask' }, field.nodes),
    problem,
    el('p', { class: 'move' },
      el('button', { type: 'button', id: 'back', onclick: back }, 'Back'),
      el('button', { type: 'button', id: 'skip', onclick: () => reply(item, null) }, 'Skip'),
      el('button', { type: 'submit', class: 'main' }, 'Next')));
  show(
    el('h1', { id: 'ask' }, item.lead && el('span', { class: 'lead' }, item.lead, ' '), item.ask),
    item.occasion && el('p', { class: 'note' }, 'Never came up? Skip it.'),
    earlier === null && el('p', { class: 'note' }, 'You skipped this one.'),
    form,
    item.why && el('details', { id: 'why' }, el('summary', {}, 'Why is this asked?'), el('p', {}, item.why)),
    given() > 0 && el('p', {}, el('button', { type: 'button', class: 'quiet', onclick: () => { spend(); keep(); end(true); } }, 'Stop here and save')),
  );
  main.prepend(
    el('p', { class: 'place' }, `${number} of ${of}`, el('span', {}, part.title)),
    el('progress', { value: number - 1, max: of, 'aria-label': 'Questions done' }),
    opens ? preview(item, part) : '',
  );
  current = { item, field, submit };
  shownAt = performance.now();
}

// A part is introduced above its first question; what the job is like comes before the wishes.
function preview(item, part) {
  const before = quiz.preview && quiz.preview.part === item.part && quiz.preview;
  return el('section', { class: 'intro' },
    before && [el('h2', {}, before.heading), before.lines.map((line) => el('p', {}, line))],
    el('h2', {}, part.title),
    part.intro && el('p', {}, part.intro));
}

function reply(item, answer) {
  spend();
  state.answers[item.id] = answer;
  state.saved = false;
  if (state.again) {
    const following = state.again[state.again.indexOf(state.at) + 1];
    state.at = following === undefined ? quiz.items.length : following;
  } else {
    state.at += 1;
  }
  keep();
  draw();
}

function back() {
  spend();
  if (state.again) {
    const index = state.again.indexOf(state.at);
    if (index > 0) state.at = state.again[index - 1];
  } else {
    state.at -= 1;
  }
  keep();
  draw();
}

function end(early = false) {
  if (!early) state.again = null;
  const skipped = quiz.items.map((item, index) => [item, index]).filter(([item]) => state.answers[item.id] === null).map(([, index]) => index);
  if (skipped.length && !state.offered && !early) {
    state.offered = true;
    keep();
    show(
      el('h1', {}, `${count(skipped.length, 'question')} skipped`),
      el('p', {}, `If ${skipped.length === 1 ? 'it' : 'any of them'} did come up, answer it now.`),
      el('p', { class: 'move' },
        el('button', { type: 'button', onclick: () => end() }, 'Leave as they are'),
        el('button', { type: 'button', class: 'main', onclick: () => { state.again = skipped; state.at = skipped[0]; keep(); draw(); } }, 'Answer now')),
    );
    return;
  }
  const text = answersFile();
  const open = quiz.items.length - given();
  const status = el('p', { class: 'note', role: 'status' }, state.saved ? 'Saved.' : 'Not saved yet.');
  const done = (message) => { state.saved = true; keep(); status.textContent = message; };
  const area = el('textarea', { readonly: true, rows: 6, 'aria-label': 'The answers as text' });
  area.value = text;
  const copy = () => {
    area.select();
    const copied = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject();
    copied.catch(() => { if (!document.execCommand('copy')) throw new Error('refused'); })
      .then(() => done('Copied. Paste it into a message or a text file.'))
      .catch(() => { status.textContent = 'This browser did not copy it. Select the text and copy it by hand.'; });
  };
  show(
    el('h1', {}, early ? 'Your answers so far' : 'That was the last question'),
    open > 0 && el('p', {}, `${count(open, 'question')} not reached yet. Back leads to where you were.`),
    quiz.after.map((line) => el('p', {}, line)),
    el('p', { class: 'move' },
      el('button', { type: 'button', onclick: () => { if (!early) state.at = quiz.items.length - 1; draw(); } }, 'Back'),
      el('a', { class: 'main button', download: fileName(), href: URL.createObjectURL(new Blob([text], { type: 'application/json' })),
        onclick: () => done(`Saved as ${fileName()}, where this browser puts what you download.`) }, 'Save answers')),
    status,
    el('details', {}, el('summary', {}, 'No file? Copy the answers as text instead'),
      area, el('p', {}, el('button', { type: 'button', onclick: copy }, 'Copy'))),
  );
}

function fileName() {
  const plain = (text) => text.normalize('NFD').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').toLowerCase();
  const names = quiz.observed ? ['observer', plain(quiz.observed), quiz.anonymous ? '' : plain(state.observer)] : ['answers', new Date().toISOString().slice(0, 10)];
  return ['coofit', ...names].filter(Boolean).join('-') + '.json';
}

function answersFile() {
  const pick = (from) => Object.fromEntries(quiz.items.filter((item) => item.id in from).map((item) => [item.id, from[item.id]]));
  const file = { format: 1, bank: quiz.bank, edition: quiz.edition, form: quiz.form };
  if (quiz.observed) {
    file.observed = quiz.observed;
    if (quiz.anonymous) file.anonymous = true;
    else if (state.observer.trim()) file.observer = state.observer.trim();
    if (state.relation) file.relation = state.relation;
  }
  file.answers = pick(state.answers);
  file.seconds = pick(state.seconds);
  return JSON.stringify(file, null, 1) + '\n';
}

// ---- the kinds of question: each has nodes, a way to read them, and what a key does --------------

function options(item, type, isChecked, onpick) {
  const nodes = item.options.map((option, index) => el('label', { class: 'option' },
    el('input', { type, name: 'answer', value: index, checked: isChecked(option, index), onclick: onpick }),
    el('kbd', { 'aria-hidden': 'true' }, option.key || ''),
    el('span', {}, option.say)));
  const inputs = nodes.map((node) => node.firstChild);
  return { nodes, inputs, byKey: (key) => inputs[item.options.findIndex((option) => option.key === key)] };
}

function single(item, earlier, valueOf) {
  // A click answers at once; the arrow keys only move, and their clicks have no count.
  const pick = (event) => { if (event.detail > 0) current.submit(); };
  const list = options(item, 'radio', (option, index) => valueOf(option, index) === earlier, pick);
  return {
    nodes: list.nodes,
    first: () => list.inputs.find((input) => input.checked) || list.inputs[0],
    read() {
      const index = list.inputs.findIndex((input) => input.checked);
      return index < 0 ? [null, 'Choose one, or skip the question.'] : [valueOf(item.options[index], index)];
    },
    key(key) {
      const input = list.byKey(key);
      if (input) { input.checked = true; current.submit(); }
      return !!input;
    },
  };
}

const fields = {
  rating: (item, earlier) => single(item, earlier, (option, index) => index + 1),
  choice: (item, earlier) => single(item, earlier, (option) => option.id),
  checklist(item, earlier) {
    const list = options(item, 'checkbox', (option) => Array.isArray(earlier) && earlier.includes(option.id));
    return {
      nodes: [el('p', { class: 'note' }, 'Tick all that apply; none is an answer too.'), list.nodes],
      first: () => list.inputs[0],
      read: () => [item.options.filter((option, index) => list.inputs[index].checked).map((option) => option.id)],
      key(key) {
        const input = list.byKey(key);
        if (input) input.checked = !input.checked;
        return !!input;
      },
    };
  },
  number(item, earlier) {
    const understood = el('output', { for: 'number' });
    const input = el('input', { id: 'number', type: 'text', inputmode: item.min < 0 ? 'text' : 'decimal', autocomplete: 'off',
      'aria-labelledby': 'ask', 'aria-describedby': 'unit', value: typeof earlier === 'number' ? earlier : '',
      oninput: () => { const [x] = readNumber(input.value, item); understood.textContent = typeof x === 'number' ? `= ${say(x, item)}${thousands(input.value, x, item)}` : ''; } });
    return {
      nodes: [el('div', { class: 'number' }, input, el('span', { id: 'unit' }, item.unit)), understood],
      first: () => input,
      read: () => readNumber(input.value, item),
      key: () => false,
    };
  },
};

const say = (x, item) => `${x.toLocaleString('en-US', { maximumFractionDigits: 10 })} ${x === 1 ? item.one : item.unit}`;

// "60" as a yearly pay may be meant in thousands.
const thousands = (typed, x, item) => /^[1-9]\d{0,2}$/.test(typed.trim()) && item.max >= 1e7
  && /[$\u00a2-\u00a5\u20a0-\u20cf]/.test(item.words[0]) ? ` (${x},000 is ${x}k)` : '';

// A number as people type it: `6 years`, `$110,000`, `110k`. What can mean two numbers is asked back.
function readNumber(typed, item) {
  const wrong = [null, `Type ${item.mustBe}.`];
  const text = typed.trim().toLowerCase().replace(/[\u2018\u2019]/g, "'").replace(/[\u2212\u2013]/g, '-').replace(/\s+/g, ' ');
  if (!text) return [null, 'Type a number, or skip the question.'];
  const match = /^(-?)([^\d.,'-]*)(-?)([\d.,' ]*\d)([^\d]*)$/.exec(text);
  if (!match) return wrong;
  const [, minus, sign, late, digits, rest] = match;
  const words = rest.replace(/([%/$])/g, ' $1 ').split(/[ .]+/).filter(Boolean);
  const power = { k: 3, thousand: 3, m: 6, million: 6 }[words[0]];
  // "6m" may be six months.
  if (power && words[0].length === 1 && item.words.flat().some((word) => word.startsWith(words[0]))) return wrong;
  if (power) words.shift();
  // The unit, or its first words, or those from "a" on: "4 months" is not "4 nights a month".
  const from = (start) => words.every((word, index) => (item.words[start + index] || []).includes(word));
  const fits = from(0) || from(item.words.findIndex((spellings) => spellings.includes('a')));
  if (!fits || (sign.trim() && !item.words[0].includes(sign.trim()))) {
    return /[$\u00a2-\u00a5\u20a0-\u20cf]/.test(sign + rest) ? [null, `This asks for ${item.unit}. Convert the amount, and type the number.`] : wrong;
  }
  const separators = new Set(digits.match(/[^\d]/g));
  const grouped = /^[1-9]\d{0,2}(?:[.,' ]\d{3})+$/.test(digits) && separators.size === 1;
  const fraction = /^\d*[.,]\d+$/.test(digits);
  const joined = digits.replace(/\D/g, '');
  let value;
  if (/^\d+$/.test(digits) || (grouped && (!fraction || (item.whole && !power)))) {
    value = joined;
  } else if (grouped && (power || Math.max(item.max, -item.min) >= 1000)) {
    return [null, `Is that ${joined} or ${digits.replace(',', '.')}? Type it with digits only.`];
  } else if (fraction) {
    value = digits.replace(',', '.');
  } else {
    // `1,500.25` or `1.500,25`; what ends in three digits could be either.
    const mixed = /^([1-9]\d{0,2}(?:([.,' ])\d{3})+)(?!\2)[.,](\d+)$/.exec(digits);
    if (!mixed || separators.size !== 2 || mixed[3].length === 3) return wrong;
    value = `${mixed[1].replace(/\D/g, '')}.${mixed[3]}`;
  }
  const x = Number(`${minus || late ? '-' : ''}${value}e${power || 0}`) + 0;
  return x >= item.min && x <= item.max && (!item.whole || Number.isInteger(x)) ? [x] : wrong;
}

// ---- keys --------------------------------------------------------------------------------------

addEventListener('keydown', (event) => {
  if (!current || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.repeat) {
    // A key that is held down answers one question only.
    if (event.key.length === 1 || event.key === 'Enter') event.preventDefault();
    return;
  }
  const types = event.target.matches('input[type=text], textarea, select');
  const first = current.field.first();
  const acts = {
    Escape: back,
    Backspace: types ? null : back,
    s: types && first.value ? null : () => reply(current.item, null),
    '?': types ? null : () => { const why = document.getElementById('why'); if (why) why.open = !why.open; },
    ArrowDown: event.target === first || event.target.name === 'answer' ? null : () => first.focus(),
    // On a button or a link, Enter is that button's.
    Enter: event.target.matches('button, a, summary') ? null : current.submit,
  };
  const act = Object.hasOwn(acts, event.key) ? acts[event.key] : (!types && current.field.key(event.key) && (() => {}));
  if (act) {
    event.preventDefault();
    act();
  } else if (!types && /^\d$/.test(event.key) && current.item.kind === 'number') {
    first.focus();
  }
});

draw();
