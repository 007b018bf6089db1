// The page: its views and its controls; what of it is selected.

const VIEWS = [
  ['timeline', 'Timeline'],
  ['pipeline', 'Pipeline'],
  ['agents', 'Agents'],
  ['handoffs', 'Handoffs'],
  ['failures', 'Failures'],
  ['warnings', 'Warnings'],
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
    this.header = new Header(this);
    this.keys = new Keys(this);
    // The last is what one has just done.
    this.open(this.blocks.length - 1);
  }

  open(index) {
    if (!this.runs.has(index)) this.runs.set(index, new Run(JSON.parse(this.blocks[index].textContent)));
    const run = (this.run = this.runs.get(index));
    this.rows = new Rows(run);
    this.header.show(
      run,
      index,
      this.blocks.map(block => block.dataset.outcome),
    );
    this.pipeline.show(run);
    this.timeline.show(run, this.rows);
    this.details.empty();
    this.view('timeline');
    this.refilter();
    if (run.cause >= 0) this.select(run.cause);
  }

  // What is selected and shown

  select(span) {
    if (this.shown !== 'timeline') this.view('timeline');
    if (span < 0) {
      this.details.empty();
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

  foldAll(unfolded) {
    this.rows.foldAll(unfolded);
    this.timeline.draw();
  }

  search(text) {
    this.rows.query = text.trim().toLowerCase();
    this.refilter();
  }

  /** What a filter finds, and nothing of the others. */
  find(total) {
    this.rows.clear();
    this.rows.only.add(total);
    this.view('timeline');
    this.refilter();
  }

  only(agent) {
    this.rows.agent = this.rows.agent === agent ? null : agent;
    this.refilter();
    this.select(-1);
    if (this.rows.agent !== null) this.details.showAgent(this.run, agent);
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
    this.shown = which;
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
      const at = seen.findIndex(([name]) => name === this.shown);
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
    byId('query').addEventListener('input', event => this.search(event.target.value));
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
}

new App();
