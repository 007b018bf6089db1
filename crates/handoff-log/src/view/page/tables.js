// Tables: agents, handoffs, failures by kind, warnings.

class Tables {
  constructor(on) {
    this.on = on;
    this.box = byId('table');
  }

  show(run, which) {
    this.run = run;
    fill(this.box, this[which]());
    this.box.scrollTop = 0;
  }

  #table(heads, rows) {
    return element(
      'div.scrolled',
      null,
      element(
        'table',
        null,
        element(
          'thead',
          null,
          element(
            'tr',
            null,
            heads.map(head =>
              element(/^-/.test(head) ? 'th.number' : 'th', { scope: 'col' }, head.replace(/^-/, '')),
            ),
          ),
        ),
        element('tbody', null, rows),
      ),
    );
  }

  #row(onclick, cells) {
    const [first, ...others] = cells;
    return element(
      'tr',
      { onclick },
      element('th', { scope: 'row' }, element('button.plain', { type: 'button' }, first)),
      others.map(cell =>
        typeof cell === 'string' ? element('td.number', null, cell) : element('td', null, cell),
      ),
    );
  }

  agents() {
    const agents = [...this.run.agents.values()];
    if (!agents.length) return element('p.dim', null, 'No agent was called.');
    const figure = (count, state) => (count ? element(`span.${state}`, null, number(count)) : '');
    return this.#table(
      [
        'Agent',
        '-Calls',
        '-Retried',
        '-Failed',
        '-Stopped',
        '-Median',
        '-95 %',
        '-Longest',
        'Most handed in',
        'Most handed on',
        '-Least confidence',
        '-Model tokens',
      ],
      agents.map(of =>
        this.#row(
          () => this.on.agent(of.name),
          [
            of.name,
            number(of.calls),
            [figure(of.retried, 'retried')],
            [figure(of.failed, 'failed')],
            [figure(of.stopped, 'stopped')],
            duration(quantile(of.took, 0.5)),
            duration(quantile(of.took, 0.95)),
            duration(of.took.at(-1)),
            [meter(of.largestIn, of.declared?.input_budget, '')],
            [of.largestOut === undefined ? '' : meter(of.largestOut, of.budgetOut, '')],
            of.least < 1 ? sure(of.least) : '',
            of.input + of.output ? `${number(of.input)} / ${number(of.output)}` : '',
          ],
        ),
      ),
    );
  }

  handoffs() {
    const edges = new Map();
    for (const handoff of this.run.handoffs) {
      const { from, to, contract } = handoff.edge;
      const key = JSON.stringify([from, to, contract]);
      if (!edges.has(key)) edges.set(key, []);
      edges.get(key).push(handoff);
    }
    if (!edges.size) return element('p.dim', null, 'Nothing was handed on.');
    const budgets = this.run.handoffs.some(handoff => handoff.budget < Infinity);
    const columns = [
      'From → to',
      'Contract',
      '-Handoffs',
      '-Median tokens',
      '-Most',
      ...(budgets ? ['Closest to its budget', 'Handoffs by share of it'] : []),
      '-Least confidence',
      '-Warnings',
    ];
    return [
      element(
        'p.dim',
        null,
        budgets
          ? 'Of several budgets the tightest counts. On the right are the handoffs that used all of it, on the left those that used nothing.'
          : 'No handoff has a budget.',
      ),
      this.#table(
        columns,
        [...edges.values()].map(handoffs => this.#edge(handoffs, budgets)),
      ),
    ];
  }

  #edge(handoffs, budgets) {
    const { from, to, contract } = handoffs[0].edge;
    const tokens = handoffs.map(handoff => handoff.tokens).sort((a, b) => a - b);
    const closest = handoffs.reduce((most, handoff) => (share(handoff) > share(most) ? handoff : most));
    const least = handoffs.reduce((least, { confidence }) => Math.min(least, confidence), 1);
    const warnings = handoffs.reduce((sum, handoff) => sum + handoff.warnings, 0);
    const used =
      closest.budget < Infinity
        ? meter(closest.tokens, closest.budget, '')
        : element('span.dim', null, 'none');
    return this.#row(
      () => this.on.select(closest.span),
      [
        `${from} → ${to}`,
        [element('code', { title: contract }, cut(contract, 40))],
        number(handoffs.length),
        number(quantile(tokens, 0.5)),
        number(tokens.at(-1)),
        ...(budgets ? [[used], [spread(handoffs.map(share).filter(Number.isFinite))]] : []),
        least < 1 ? sure(least) : '',
        warnings ? number(warnings) : '',
      ],
    );
  }

  failures() {
    const kinds = new Map();
    const { run } = this;
    for (let span = 0; span < run.count; span++) {
      const why = run.why(span);
      // What something failed by is told where that happened, and not again by all that it is in.
      const passedOn = () => run.children[span].some(child => run.get('why', child) === run.get('why', span));
      if (!why || passedOn() || run.state[span] === 'stopped') continue;
      if (!kinds.has(why.kind)) kinds.set(why.kind, new Map());
      const groups = kinds.get(why.kind);
      const agent = run.text('by', span) ?? run.name(span);
      const key = `${agent}\n${shape(why.message)}`;
      if (!groups.has(key)) groups.set(key, { span, agent, why, count: 0, good: 0, places: new Map() });
      const group = groups.get(key);
      group.count++;
      group.good += run.state[span] !== 'retried';
      for (const violation of why.violations ?? [])
        group.places.set(shape(violation), (group.places.get(shape(violation)) ?? 0) + 1);
    }
    const causes = [...kinds].map(([kind, groups]) => [
      kind,
      [...groups.values()].sort((a, b) => b.count - a.count),
    ]);
    const sum = groups => groups.reduce((sum, group) => sum + group.count, 0);
    causes.sort(([, a], [, b]) => sum(b) - sum(a));
    if (!causes.length) return element('p.dim', null, 'Nothing failed.');
    return causes.map(([kind, groups]) =>
      element(
        'section.kind',
        null,
        element('h3', null, kindly(kind), element('span.dim', null, ` ${number(sum(groups))}`)),
        groups.map(group => this.#group(group)),
      ),
    );
  }

  #group({ span, agent, why, count, good, places }) {
    const { run } = this;
    return element(
      'div.group',
      { onclick: () => this.on.select(span) },
      element(
        'div.head',
        null,
        element('button.plain', { type: 'button' }, agent),
        element('span.retried', null, count > good && `${number(count - good)} retried`),
        element('span.failed', null, good > 0 && `${number(good)} for good`),
      ),
      element('p', null, cut(why.message, 400)),
      places.size > 0 &&
        element(
          'ul',
          null,
          [...places]
            .sort(([, a], [, b]) => b - a)
            .slice(0, MOST)
            .map(([place, times]) =>
              element(
                'li',
                null,
                element('code', null, cut(place, 300)),
                element('span.dim', null, ` × ${number(times)}`),
              ),
            ),
        ),
      element(
        'p.dim',
        null,
        'first in ',
        run.parent[span] >= 0 ? cut(run.title(run.parent[span]), 60) : run.title(span),
        run.path(span) && ` (task ${run.path(span)})`,
      ),
    );
  }

  warnings() {
    const groups = new Map();
    for (const warning of this.run.warnings) {
      const key = JSON.stringify([warning.agent, warning.kind, shape(warning.message)]);
      groups.has(key) ? groups.get(key).count++ : groups.set(key, { warning, count: 1 });
    }
    if (!groups.size) return element('p.dim', null, 'Nobody warned.');
    return this.#table(
      ['Agent', '-Times', 'Kind', 'Warning'],
      [...groups.values()]
        .sort((a, b) => b.count - a.count)
        .map(({ warning, count }) =>
          this.#row(
            () => this.on.select(warning.span),
            [
              warning.agent,
              number(count),
              [warning.kind],
              [element('div.long', null, cut(warning.message, 400))],
            ],
          ),
        ),
    );
  }
}

/** The same whatever the numbers in it are. */
const shape = message => message.replace(/\d+/g, '#');

/** How much of its budget a handoff used; without one, nothing that is finite. */
const share = ({ tokens, budget }) => (budget < Infinity ? tokens / budget : -Infinity);

/** How values between 0 and 1 are spread: a bar for each twentieth. */
function spread(shares) {
  if (!shares.length) return '';
  const bins = new Array(20).fill(0);
  for (const share of shares) bins[Math.min(19, Math.floor(share * 20))]++;
  const most = Math.max(...bins);
  return element(
    'span.spread',
    {
      role: 'img',
      'aria-label': `the most: ${Math.round(shares.reduce((most, share) => Math.max(most, share), 0) * 100)} %`,
    },
    bins.map((count, bin) => {
      const bar = element('i', {
        class: bin >= 16 ? 'near' : null,
        title: `${bin * 5}–${bin * 5 + 5} %: ${counted(count, 'handoff')}`,
      });
      bar.style.height = count ? `${Math.max(10, (count / most) * 100)}%` : '0';
      return bar;
    }),
  );
}
