// The keys, and the page that tells of them.

const HELP = [
  ['↑ ↓', 'the row above or below'],
  ['→ ←', 'unfold, fold; or into it, out of it'],
  ['Home End', 'the first row, the last'],
  ['Enter', 'read the details'],
  ['u f', 'unfold everything, fold everything'],
  ['n p', 'the next failure, the one before'],
  ['c', 'what ended the run'],
  ['/', 'search'],
  ['Esc', 'leave what is open: details, search, filters'],
  ['+ -', 'zoom in, out; or Ctrl and the wheel'],
  ['z', 'zoom to the row; or double-click its bar'],
  ['[ ]', 'earlier, later; or drag'],
  ['0', 'the whole run'],
  ['?', 'this'],
];

class Keys {
  constructor(app) {
    this.app = app;
    const { timeline } = app;
    const pan = by => timeline.pan(by * (timeline.right - timeline.left));
    this.anywhere = {
      '/': () => this.#search(),
      '?': () => byId('help').showModal(),
      n: () => this.#failure(1),
      p: () => this.#failure(-1),
      c: () => app.run.cause >= 0 && app.select(app.run.cause),
      u: () => app.foldAll(true),
      f: () => app.foldAll(false),
      z: () => timeline.selected >= 0 && timeline.zoomTo(timeline.selected),
      0: () => timeline.whole(),
      '+': () => timeline.zoom(1 / 1.5),
      '-': () => timeline.zoom(1.5),
      '[': () => pan(-0.2),
      ']': () => pan(0.2),
    };
    this.inRows = {
      ArrowDown: () => this.#go(this.row + 1),
      ArrowUp: () => this.#go(this.row - 1),
      PageDown: () => this.#go(this.row + timeline.page),
      PageUp: () => this.#go(this.row - timeline.page),
      Home: () => this.#go(0),
      End: () => this.#go(Infinity),
      ArrowRight: () => this.#into(),
      ArrowLeft: () => this.#outOf(),
      Enter: () => (this.row < 0 ? this.#go(0) : byId('details').focus()),
    };
    this.#help();
    document.addEventListener('keydown', event => this.#key(event));
  }

  #help() {
    fill(
      byId('help'),
      element('h2', null, 'Keys'),
      element(
        'dl.keys',
        null,
        HELP.map(([keys, does]) => [
          element(
            'dt',
            null,
            keys.split(' ').map(key => element('kbd', null, key)),
          ),
          element('dd', null, does),
        ]),
      ),
      element('form', { method: 'dialog' }, element('button', null, 'Close')),
    );
  }

  #key(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || byId('help').open) return;
    if (key === 'Escape') return this.#escape();
    if (target.closest('input, select')) {
      if (key === 'Enter' && target.id === 'query') this.#found();
      return;
    }
    // A button has keys of its own.
    const rows = this.app.shown === 'timeline' && !target.closest('button, a, #details');
    const act =
      (Object.hasOwn(this.anywhere, key) && this.anywhere[key]) ||
      (rows && Object.hasOwn(this.inRows, key) && this.inRows[key]);
    if (!act) return;
    event.preventDefault();
    act();
  }

  get row() {
    return this.app.rows.row(this.app.timeline.selected);
  }

  #go(row) {
    const { spans } = this.app.rows;
    if (spans.length) this.app.select(spans[Math.min(Math.max(row, 0), spans.length - 1)]);
  }

  #into() {
    const { run, rows, timeline } = this.app;
    if (this.row < 0) this.#go(0);
    else if (!run.children[timeline.selected].length) return;
    else if (rows.isUnfolded(timeline.selected)) this.#go(this.row + 1);
    else this.app.fold(timeline.selected, true);
  }

  #outOf() {
    const { run, rows, timeline } = this.app;
    const span = timeline.selected;
    if (this.row < 0) this.#go(0);
    else if (run.children[span].length && rows.isUnfolded(span)) this.app.fold(span, false);
    else if (run.parent[span] >= 0) this.#go(rows.row(run.parent[span]));
  }

  #search() {
    this.app.view('timeline');
    byId('query').focus();
    byId('query').select();
  }

  /** From the search into what was found. */
  #found() {
    const { rows } = this.app;
    byId('rows').focus();
    const first = rows.spans.find(span => !rows.isUnfolded(span));
    if (first !== undefined) this.app.select(first);
  }

  /** The next failure for good in the order of time, or the one before; at the end of the run, from its other end. */
  #failure(by) {
    const { run, timeline } = this.app;
    for (let step = 1; step <= run.count; step++) {
      const span = (Math.max(timeline.selected, by < 0 ? 0 : -1) + by * step + 2 * run.count) % run.count;
      if (run.is('failed', span)) return this.app.select(span);
    }
  }

  /** One step at a time, from the inside out. */
  #escape() {
    const { app } = this;
    const within = document.activeElement;
    if (within === byId('query') || byId('details').contains(within)) {
      if (within === byId('query')) app.search('');
      byId('rows').focus();
    } else if (app.rows.filtered) {
      app.rows.clear();
      app.refilter();
    } else if (app.timeline.selected >= 0) {
      app.select(-1);
    }
  }
}
