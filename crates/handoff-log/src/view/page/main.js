// The page: its header, its views, its keys; and what of it is selected.

const VIEWS = [
  ['timeline', 'Timeline'],
  ['pipeline', 'Pipeline'],
  ['agents', 'Agents'],
  ['handoffs', 'Handoffs'],
  ['failures', 'Failures'],
  ['warnings', 'Warnings'],
];

const KEYS = [
  ['↑ ↓', 'the row above or below'],
  ['→ ←', 'unfold, fold; or into it, out of it'],
  ['Enter', 'read the details'],
  ['* −', 'unfold everything, fold everything'],
  ['Home End', 'the first row, the last'],
  ['n p', 'the next failure, the one before'],
  ['c', 'what ended the run'],
  ['/', 'search'],
  ['Esc', 'leave what is open: details, search, filters'],
  ['+ _', 'zoom in, out; or Ctrl and the wheel'],
  ['z', 'zoom to the row; or double-click a bar'],
  ['[ ]', 'earlier, later; or drag'],
  ['0', 'the whole run'],
  ['?', 'this'],
];

class App {
  constructor() {
    this.blocks = [...document.querySelectorAll('script.run')];
    this.runs = new Map();
    const select = span => this.select(span);
    this.timeline = new Timeline({ select, fold: span => this.fold(span, !this.rows.isUnfolded(span)) });
    this.pipeline = new Pipeline({ select, agent: name => this.only(name) });
    this.details = new Details({ select, close: () => this.select(-1) });
    this.tables = new Tables({ select, agent: name => this.only(name) });
    this.#tabs();
    this.#tools();
    this.#help();
    document.addEventListener('keydown', event => this.#key(event));
    // The last is what one has just done.
    this.open(this.blocks.length - 1);
  }

  open(index) {
    if (!this.runs.has(index))
      this.runs.set(index, new Run(index < 0 ? NOTHING : JSON.parse(this.blocks[index].textContent)));
    const run = (this.run = this.runs.get(index));
    this.rows = new Rows(run);
    this.#header(index);
    this.pipeline.show(run);
    this.timeline.show(run, this.rows);
    this.details.empty(run);
    this.view('timeline');
    byId('query').value = '';
    this.refilter();
    const cause = run.cause;
    if (cause >= 0) this.select(cause);
  }

  // What is selected and shown

  select(span) {
    if (this.shownView !== 'timeline') this.view('timeline');
    if (span < 0) {
      this.details.empty(this.run);
    } else {
      this.rows.reveal(span);
      this.#filtersChanged();
      this.details.show(this.run, span);
    }
    // What is around it may have another size now.
    this.timeline.draw();
    this.timeline.select(span);
  }

  fold(span, unfolded) {
    const start = performance.now();
    if (this.rows.fold(span, unfolded)) this.timeline.draw();
    performance.measure('unfold', { start });
  }

  only(agent) {
    this.rows.agent = this.rows.agent === agent ? null : agent;
    this.refilter();
    if (this.shownView !== 'timeline') this.view('timeline');
  }

  refilter() {
    this.rows.filter();
    byId('rows').scrollTop = 0;
    this.#filtersChanged();
    this.timeline.draw();
  }

  #filtersChanged() {
    const { rows, run } = this;
    byId('count').textContent = rows.filtered ? `${number(rows.found)} of ${counted(run.count, 'row')}` : '';
    for (const button of byId('filters').querySelectorAll('[data-total]')) {
      const { total } = button.dataset;
      const count = run.total(total);
      button.setAttribute('aria-pressed', rows.only.has(total));
      button.hidden = !count;
      button.querySelector('.count').textContent = count ? number(count) : '';
    }
    const chip = byId('filters').querySelector('.agent');
    chip.hidden = rows.agent === null;
    fill(chip, element('span', null, cut(rows.agent ?? '', 30)), ' ×');
    if (!rows.query) byId('query').value = '';
    this.pipeline.mark(rows.agent);
  }

  view(which) {
    this.shownView = which;
    document.body.dataset.view = which;
    for (const [name] of VIEWS) {
      const tab = byId(`tab-${name}`);
      const chosen = name === which;
      tab.setAttribute('aria-selected', chosen);
      tab.tabIndex = chosen ? 0 : -1;
    }
    byId('timeline').hidden = which !== 'timeline';
    const table = !['timeline', 'pipeline'].includes(which);
    byId('table').hidden = !table;
    byId('table').setAttribute('aria-labelledby', `tab-${which}`);
    table ? this.tables.show(this.run, which) : this.timeline.draw();
  }

  // The header

  #header(index) {
    const { run } = this;
    const { data } = run;
    const outcome = run.outcome();
    const [input, output] = run.usage();
    document.title = `${run.data.pipeline ?? 'nothing'} ${OUTCOMES[outcome] ?? outcome}`;
    fill(
      byId('title'),
      element('h1', null, visible(data.pipeline ?? 'No run')),
      run.count > 0 && element(`span.state.${outcome}`, null, OUTCOMES[outcome] ?? outcome),
      element(
        'span.dim',
        null,
        [data.wall && clock(data.wall), data.trace && `trace ${data.trace}`].filter(Boolean).join(' · '),
      ),
      element('span.space'),
      this.blocks.length > 1 && this.#chooser(index),
      element(
        'button.round',
        { type: 'button', 'aria-label': 'keys', title: 'keys (?)', onclick: () => byId('help').showModal() },
        '?',
      ),
    );
    const figure = (value, name, state, act) => {
      const shown = [
        element('dd', { class: state && value !== '0' ? state : null }, value),
        element('dt', null, name),
      ];
      return element(
        'div',
        null,
        act && value !== '0' ? element('button.plain', { type: 'button', onclick: act }, shown) : shown,
      );
    };
    const show = total => () => {
      this.rows.clear();
      this.rows.only.add(total);
      this.view('timeline');
      this.refilter();
    };
    fill(
      byId('figures'),
      figure(
        duration(run.end?.ms !== undefined && run.end.ms !== null ? run.end.ms * 1e3 : data.last),
        'duration',
      ),
      figure(number(run.total('tasks')), 'tasks'),
      figure(number(run.total('calls')), 'attempts'),
      figure(`${number(input)} / ${number(output)}`, 'model tokens in / out'),
      figure(number(run.handoffs.length), 'handoffs', null, () => this.view('handoffs')),
      figure(number(run.total('retried')), 'retried', 'retried', show('retried')),
      figure(number(run.total('failed')), 'failed for good', 'failed', () => this.view('failures')),
      figure(number(run.warnings.length), 'warnings', 'retried', () => this.view('warnings')),
    );
    for (const name of ['failures', 'warnings']) {
      const count = name === 'failures' ? run.total('failed') + run.total('retried') : run.warnings.length;
      byId(`tab-${name}`).querySelector('.count').textContent = count ? number(count) : '';
    }
    this.#cause(outcome);
  }

  #chooser(index) {
    const select = element(
      'select',
      { 'aria-label': 'run', onchange: () => this.open(Number(select.value)) },
      this.blocks.map((_, i) =>
        element('option', { value: i, selected: i === index }, `run ${i + 1} of ${this.blocks.length}`),
      ),
    );
    return select;
  }

  /** What is to be said before anything else. */
  #cause(outcome) {
    const { run } = this;
    const cause = run.cause;
    const unread = Number(document.body.dataset.unread);
    const said = [];
    if (outcome === 'failed') {
      const path = run.data.path;
      const why = run.end.why ?? { kind: '', message: run.end.error ?? '' };
      said.push(
        element(
          'div.failed',
          null,
          element(
            'p',
            null,
            element('b', null, 'Failed', run.end.by && ` at ${run.end.by}`),
            path && ` in task ${path}`,
            element('code', null, why.kind),
            cut(why.message, 300),
          ),
          cause >= 0 && element('button', { type: 'button', onclick: () => this.select(cause) }, 'Show'),
        ),
      );
    } else if (outcome === 'open' && run.count) {
      said.push(
        element(
          'div.stopped',
          null,
          element(
            'p',
            null,
            element('b', null, 'The log ends before the run does.'),
            ` What had not ended at ${duration(run.data.last)} is drawn up to there.`,
          ),
        ),
      );
    }
    if (run.data.lost)
      said.push(
        element(
          'div.stopped',
          null,
          element(
            'p',
            null,
            `${counted(run.data.lost, 'line')} were not written, because the disk did not keep up: something may be missing here.`,
          ),
        ),
      );
    if (unread)
      said.push(
        element(
          'div.stopped',
          null,
          element('p', null, `${counted(unread, 'line')} of the log could not be read.`),
        ),
      );
    byId('cause').hidden = !said.length;
    fill(byId('cause'), said);
  }

  // Controls

  #tabs() {
    byId('tabs').append(
      ...VIEWS.map(([name, title]) =>
        element(
          'button',
          {
            type: 'button',
            role: 'tab',
            id: `tab-${name}`,
            'aria-controls': name === 'pipeline' ? 'pipeline' : name === 'timeline' ? 'timeline' : 'table',
            onclick: () => this.view(name),
          },
          title,
          element('span.count'),
        ),
      ),
    );
    byId('tabs').addEventListener('keydown', event => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      const seen = VIEWS.filter(([name]) => byId(`tab-${name}`).offsetWidth);
      const at = seen.findIndex(([name]) => name === this.shownView);
      const [name] = seen[(at + by + seen.length) % seen.length];
      this.view(name);
      byId(`tab-${name}`).focus();
      event.preventDefault();
      event.stopPropagation();
    });
  }

  #tools() {
    const toggle = total => {
      this.rows.only.has(total) ? this.rows.only.delete(total) : this.rows.only.add(total);
      this.refilter();
    };
    byId('filters').append(
      ...FILTERS.map(total =>
        element(
          `button.filter.${total}`,
          { type: 'button', 'data-total': total, 'aria-pressed': 'false', onclick: () => toggle(total) },
          element('i.dot'),
          total === 'open' ? OUTCOMES.open : total,
          element('span.count'),
        ),
      ),
      element('button.agent', {
        type: 'button',
        hidden: true,
        title: 'show all agents',
        onclick: () => this.only(this.rows.agent),
      }),
    );
    byId('query').addEventListener('input', event => {
      this.rows.query = event.target.value.trim().toLowerCase();
      this.refilter();
    });
    const zoom = [
      ['−', 'zoom out', () => this.timeline.zoom(1.5)],
      ['+', 'zoom in', () => this.timeline.zoom(1 / 1.5)],
      ['all', 'the whole run', () => this.timeline.whole()],
    ];
    byId('zoom').append(
      ...zoom.map(([text, title, onclick]) =>
        element('button', { type: 'button', title, 'aria-label': title, onclick }, text),
      ),
    );
    byId('legend').append(
      ...[
        ['ok', 'succeeded'],
        ['retried', 'failed, and tried again'],
        ['failed', 'failed for good'],
        ['recovered', 'recovered'],
        ['stopped', 'stopped'],
      ].map(([state, text]) => element('span', null, element(`i.dot.${state}`), text)),
    );
  }

  #help() {
    byId('help').append(
      element('h2', null, 'Keys'),
      element(
        'dl.keys',
        null,
        KEYS.map(([keys, does]) => [
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

  // Keys

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || byId('help').open) return;
    if (event.key === 'Escape') return this.#escape();
    if (event.target.closest('input, select')) {
      if (event.key === 'Enter' && event.target.id === 'query') this.#enterRows();
      return;
    }
    if (
      this.#anywhere(event.key) ||
      (this.shownView === 'timeline' &&
        event.target.closest('#rows, body') &&
        !event.target.closest('button, a, #details') &&
        this.#inRows(event.key))
    )
      event.preventDefault();
  }

  #anywhere(key) {
    switch (key) {
      case '/':
        this.view('timeline');
        byId('query').focus();
        byId('query').select();
        return true;
      case '?':
        byId('help').showModal();
        return true;
      case 'n':
        return this.#failure(1);
      case 'p':
        return this.#failure(-1);
      case 'c':
        if (this.run.cause >= 0) this.select(this.run.cause);
        return true;
      case '0':
        this.timeline.whole();
        return true;
      case '+':
        this.timeline.zoom(1 / 1.5);
        return true;
      case '_':
        this.timeline.zoom(1.5);
        return true;
      case '[':
        this.timeline.pan((this.timeline.left - this.timeline.right) / 5);
        return true;
      case ']':
        this.timeline.pan((this.timeline.right - this.timeline.left) / 5);
        return true;
      case 'z':
        if (this.timeline.selected >= 0) this.timeline.zoomTo(this.timeline.selected);
        return true;
      case '*':
        this.#all(true);
        return true;
      case '-':
      case '−':
        this.#all(false);
        return true;
      default:
        return false;
    }
  }

  #all(unfolded) {
    this.rows.foldAll(unfolded);
    this.timeline.draw();
  }

  #inRows(key) {
    const { rows, run, timeline } = this;
    const row = rows.row(timeline.selected);
    const page = Math.max(1, timeline.shown - 2);
    const go = to => {
      if (rows.spans.length) this.select(rows.spans[Math.min(Math.max(to, 0), rows.spans.length - 1)]);
      return true;
    };
    const span = timeline.selected;
    switch (key) {
      case 'ArrowDown':
        return go(row + 1);
      case 'ArrowUp':
        return go(row - 1);
      case 'PageDown':
        return go(row + page);
      case 'PageUp':
        return go(row - page);
      case 'Home':
        return go(0);
      case 'End':
        return go(rows.spans.length - 1);
      case 'ArrowRight':
        if (row < 0) return go(0);
        if (run.children[span].length && rows.isUnfolded(span)) return go(row + 1);
        this.fold(span, true);
        return true;
      case 'ArrowLeft':
        if (row < 0) return go(0);
        if (rows.isUnfolded(span) && run.children[span].length) this.fold(span, false);
        else if (run.parent[span] >= 0) go(rows.row(run.parent[span]));
        return true;
      case 'Enter':
        if (row < 0) return go(0);
        byId('details').focus();
        return true;
      default:
        return false;
    }
  }

  /** From the search into what was found. */
  #enterRows() {
    byId('rows').focus();
    const { spans } = this.rows;
    const first = spans.find(span => !this.rows.isUnfolded(span));
    if (first !== undefined) this.select(first);
  }

  /** The next failure for good in the order of time. */
  #failure(by) {
    const { run } = this;
    for (let at = this.timeline.selected + by, steps = 0; steps <= run.count; steps++, at += by) {
      const span = (at + run.count) % run.count;
      if (run.is('failed', span)) {
        this.select(span);
        break;
      }
      at = span;
    }
    return true;
  }

  /** One step at a time, from the inside out. */
  #escape() {
    if (document.activeElement === byId('query') || byId('details').contains(document.activeElement)) {
      if (byId('query').value && document.activeElement === byId('query')) {
        this.rows.query = '';
        this.refilter();
      }
      byId('rows').focus();
    } else if (this.rows.filtered) {
      this.rows.clear();
      this.refilter();
    } else if (this.timeline.selected >= 0) {
      this.select(-1);
    }
  }
}

/** Of a log without a run. */
const NOTHING = {
  last: 0,
  lost: 0,
  end: null,
  texts: [],
  whys: [],
  kind: '',
  up: [],
  start: [],
  took: [],
  name: [],
  rows: {},
  edges: [],
  edge: [],
  handed_in: [],
  tokens: [],
  handoffs: {},
  warnings: [],
};

new App();
