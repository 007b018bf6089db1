// Elements and texts. What a log says reaches the page as text nodes and attributes, and never as markup.

/** Makes what cannot be seen visible: controls, and marks that would turn around what stands beside them. */
function visible(text) {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    mark => `⟨${mark.charCodeAt(0).toString(16)}⟩`,
  );
}

/** The same for all texts in a value. */
function allVisible(value) {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(allVisible);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [visible(key), allVisible(part)]));
}

const isThere = value => value !== undefined && value !== null && value !== false && value !== '';

const byId = id => document.getElementById(id);

/** `element('span.dim', { title: '…', onclick }, 'text', child)` */
function element(what, attributes, ...children) {
  const [tag, ...classes] = what.split('.');
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (isThere(value)) made.setAttribute(name, value === true ? '' : value);
  }
  return fill(made, children);
}

/** Gives an element other children. What is not there is left out: `count > 0 && element(…)`. */
function fill(box, ...children) {
  box.replaceChildren(...children.flat(Infinity).filter(isThere));
  return box;
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function number(count) {
  if (count === undefined || count === null) return '';
  if (count < 100_000) return count.toLocaleString('en');
  return count < 1e6 ? `${(count / 1e3).toFixed(1)}k` : `${(count / 1e6).toFixed(count < 1e7 ? 2 : 1)}M`;
}

const counted = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** Microseconds. */
function duration(time) {
  if (time < 1e3) return `${Math.round(time)} µs`;
  if (time < 1e6) return `${(time / 1e3).toFixed(time < 1e4 ? 1 : 0)} ms`;
  if (time < 6e7) return `${(time / 1e6).toFixed(time < 1e7 ? 2 : 1)} s`;
  const seconds = Math.round(time / 1e6);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function clock(milliseconds) {
  const at = new Date(milliseconds);
  const two = part => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Kinds of errors in words: `timed_out`. */
const kindly = kind => (kind === 'agent' ? 'the agent’s error' : kind?.replaceAll('_', ' '));

const sure = confidence => confidence.toFixed(2);

/** Of sorted values. */
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** How much of a budget is used. */
function meter(used, budget, unit = 'tokens') {
  if (budget === undefined || budget === null) return `${number(used)} ${unit}`.trim();
  const share = used / budget;
  const bar = element('i', { class: share > 1 ? 'over' : share > 0.8 ? 'near' : null });
  bar.style.width = `${Math.min(100, share * 100)}%`;
  return element(
    'span.metered',
    { title: `${Math.round(share * 100)} % of the budget` },
    element('span.meter', null, bar),
    ` ${number(used)} of ${number(budget)} ${unit}`.trimEnd(),
  );
}
