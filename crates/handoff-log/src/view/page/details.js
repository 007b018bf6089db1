// Everything that the log says of one span.

/** So much of a text is shown; who wants all of it has the log. */
const LONGEST = 20_000;
/** Of what a span has many. */
const MOST = 12;

class Details {
  constructor(on) {
    this.on = on;
    this.box = byId('details');
  }

  empty() {
    this.box.classList.add('empty');
    const hint = 'Nothing is selected: click a row, or move with the arrow keys.';
    fill(this.box, element('p.dim', null, hint));
  }

  show(run, span) {
    this.run = run;
    const state = run.state[span];
    const why = run.why(span);
    const because = run.whys[run.get('because', span)];
    this.#fill(
      this.#above(span),
      element('h2.title', null, cut(run.title(span), LONGEST)),
      element(
        'p.under',
        null,
        element(`span.state.${state}`, null, OUTCOMES[state] ?? state),
        ' ',
        this.#what(span),
      ),
      why && this.#why(why, state),
      because && [element('p.dim', null, 'What it stands in for has failed:'), this.#why(because, 'retried')],
      this.#facts(span),
      this.#attempts(span),
      this.#warnings(span),
      this.#handoffs(span),
      this.#inside(span),
      run.kind[span] === 'c' && this.#declared(run.declared.get(run.name(span))),
    );
  }

  /** What is declared of an agent, whether it was called or not. */
  showAgent(run, name) {
    this.run = run;
    const agent = run.declared.get(name);
    this.#fill(
      element('h2.title', null, cut(name, LONGEST)),
      element('p.under', null, agent ? agent.role : 'The log does not describe it.'),
      this.#declared(agent),
    );
  }

  #fill(...inside) {
    this.box.classList.remove('empty');
    const close = { type: 'button', 'aria-label': 'close details', onclick: () => this.on.close() };
    fill(this.box, element('button.close', close, '×'), inside);
    this.box.scrollTop = 0;
  }

  #declared(agent) {
    if (!agent) return null;
    const contract = (id, role) => contractBox(this.run.contract(id) ?? { name: id.name }, role);
    return this.#section(
      'As it is declared',
      documented(agent.doc),
      contract(agent.input, 'takes'),
      contract(agent.output, 'hands on'),
    );
  }

  #link(span, text) {
    return element(
      'a',
      {
        href: '#',
        onclick: event => {
          event.preventDefault();
          this.on.select(span);
        },
      },
      text,
    );
  }

  /** Where it is: what it is in, from the run inwards. */
  #above(span) {
    const above = [];
    for (let at = this.run.parent[span]; at >= 0; at = this.run.parent[at]) above.unshift(at);
    return (
      above.length > 0 &&
      element(
        'nav.above',
        { 'aria-label': 'in' },
        above.map((at, i) => [
          i > 0 && element('span', { 'aria-hidden': 'true' }, ' › '),
          this.#link(at, cut(this.run.title(at), 40)),
        ]),
      )
    );
  }

  #what(span) {
    const { run } = this;
    const name = run.name(span);
    switch (run.kind[span]) {
      case 'r':
        return 'run';
      case 'p':
        return 'pipeline';
      case 'f':
        return `${name}, ${counted(run.get('width', span) ?? 0, 'task')}`;
      case 't':
        return run.isTask(span) ? `task ${run.path(span)} of ${name}` : 'branch';
      case 'c':
        return [run.text('role', span), `attempt ${run.get('n', span) ?? 1} of ${run.get('most', span)}`]
          .filter(Boolean)
          .join(', ');
      case 'o':
        return 'round';
      case 'e':
        return 'in place of what has failed';
      case 'g':
        return `after ${name}`;
      default:
        return '';
    }
  }

  /** Why it failed. Of each violation, its pointer and what is wrong there. */
  #why(why, state) {
    const violations = why.violations ?? [];
    return element(
      `div.why.${state}`,
      null,
      element('b', null, kindly(why.kind)),
      element('p', null, cut(why.message, LONGEST)),
      violations.length > 0 &&
        element(
          'ul',
          null,
          violations.slice(0, 50).map(violation => {
            const [, pointer, message] = /^((?:\/[^:]*)?): ([\s\S]*)$/.exec(violation) ?? [
              null,
              '',
              violation,
            ];
            return element(
              'li',
              null,
              element('code', null, pointer || '(the whole)'),
              ' ',
              cut(message, LONGEST),
            );
          }),
        ),
      violations.length > 50 && element('p.dim', null, `and ${violations.length - 50} more`),
    );
  }

  #facts(span) {
    const { run } = this;
    const kind = run.kind[span];
    const facts = [];
    const fact = (name, value) =>
      isThere(value) && facts.push(element('dt', null, name), element('dd', null, value));
    const agent = kind === 'c' ? run.agents.get(run.name(span))?.declared : undefined;
    if (kind !== 'g') {
      fact('begins at', duration(run.from[span]));
      fact('takes', [
        duration(run.to[span] - run.from[span]),
        agent?.timeout && element('span.dim', null, ` of ${agent.timeout}`),
      ]);
    }
    if (kind === 'c') this.#ofCall(span, agent, fact);
    if (kind === 'f') {
      fact('barrier', run.text('policy', span));
      fact('needed', number(run.get('needed', span)));
      if (!run.isOpen(span))
        for (const [end, count] of Object.entries(run.settled(span))) fact(OUTCOMES[end], number(count));
      fact('most at once', run.children[span].length ? number(run.profile(span).most) : undefined);
    }
    if (kind === 'g') {
      fact('at', duration(run.from[span]));
      fact('confidence', sure(run.get('conf', span) ?? 1));
      fact('threshold', String(run.get('min', span)));
    }
    if (kind === 'o')
      fact(
        'converged',
        run.get('converged', span) === true ? 'yes' : run.get('converged', span) === false ? 'no' : undefined,
      );
    if (kind === 'e') fact('in place of', run.text('failed', span));
    if (kind !== 'r') fact('at fault', run.text('by', span));
    if (kind === 'r') this.#ofRun(fact);
    if (kind !== 'c' && kind !== 'g') {
      for (const [name, total] of [
        ['tasks', 'tasks'],
        ['attempts', 'calls'],
        ['retried', 'retried'],
        ['failed for good', 'failed'],
        ['stopped', 'stopped'],
        ['recovered', 'recovered'],
        ['not ended', 'open'],
      ]) {
        fact(name, number(run.below[total][span] || undefined));
      }
    }
    return element('dl.facts', null, facts);
  }

  #ofCall(span, agent, fact) {
    const { run } = this;
    const used = run.get('usage', span);
    const progress = run.get('progress', span);
    fact('handed in', run.get('in', span) !== undefined && meter(run.get('in', span), agent?.input_budget));
    fact('model', run.text('model', span));
    fact('model tokens', used && `${number(used[0])} in, ${number(used[1])} out`);
    fact('finish reason', run.text('finish', span));
    fact(
      'next attempt after',
      run.get('retry', span) !== undefined && duration(run.get('retry', span) * 1e3),
    );
    fact('progress', progress && `${counted(progress[0], 'report')}, the last at ${number(progress[1])}`);
  }

  #ofRun(fact) {
    const { data, texts, end } = this.run;
    fact('trace', data.trace);
    fact('part of', data.parent);
    fact('begun', data.wall && clock(data.wall));
    fact('tokens counted as', data.encoding);
    fact('at fault', end?.by);
  }

  /** The attempts at the same. */
  #attempts(span) {
    const { run } = this;
    if (run.kind[span] !== 'c') return null;
    // A new first attempt is another call.
    let attempts = [];
    for (const other of run.children[run.parent[span]]) {
      if (run.kind[other] !== 'c' || run.name(other) !== run.name(span)) continue;
      if (run.get('n', other) === 1 && attempts.includes(span)) break;
      if (run.get('n', other) === 1) attempts = [];
      attempts.push(other);
    }
    return (
      attempts.length > 1 && this.#list('Attempts', attempts, other => `attempt ${run.get('n', other)}`, span)
    );
  }

  #warnings(span) {
    const warnings = this.run.warningsAt.get(span) ?? [];
    return (
      warnings.length > 0 &&
      this.#section(
        'Warnings',
        warnings
          .slice(0, MOST)
          .map(warning =>
            element(
              'div.warning',
              null,
              element('b', null, warning.kind || 'noted'),
              element('span.dim', null, ` ${warning.agent}`),
              element('p', null, cut(warning.message, LONGEST)),
            ),
          ),
        this.#more(warnings.length),
      )
    );
  }

  #handoffs(span) {
    const handoffs = this.run.handoffsAt.get(span) ?? [];
    return (
      handoffs.length > 0 &&
      this.#section(
        counted(handoffs.length, 'handoff'),
        handoffs.slice(0, MOST).map(handoff => this.#handoff(handoff)),
        this.#more(handoffs.length),
      )
    );
  }

  #handoff({ edge, tokens, confidence, warnings, encoding, tool, redacted, payload }) {
    const facts = [];
    const fact = (name, value) =>
      isThere(value) && facts.push(element('dt', null, name), element('dd', null, value));
    const budgets = [
      ['of its output budget', edge.maxOut],
      ['of its contract’s bound', edge.max],
      ['of the input budget', edge.maxIn],
    ].filter(([, budget]) => budget != null);
    if (!budgets.length) fact('tokens', number(tokens));
    for (const [name, budget] of budgets) fact(name, meter(tokens, budget, ''));
    if (confidence < 1) fact('confidence', sure(confidence));
    if (warnings) fact('warnings', number(warnings));
    fact('tokens counted as', encoding);
    return element(
      'div.handoff',
      null,
      element('h4', null, `${edge.from} ${tool ? 'calls' : '→'} ${edge.to}`),
      contractBox(edge.described ?? { name: edge.contract }, 'contract'),
      element('dl.facts', null, facts),
      payload !== undefined &&
        element('pre', { tabindex: 0, 'aria-label': 'payload' }, cut(pretty(payload), LONGEST)),
      redacted && element('p.dim', null, 'Something in it was changed before it was written.'),
    );
  }

  /** Of what has few attempts, these; of what has many tasks, those that failed. Tools are called in an attempt. */
  #inside(span) {
    const { run } = this;
    if (run.kind[span] === 'g') return null;
    if ('ctpeo'.includes(run.kind[span])) {
      const attempts = run.attemptsIn(span, MOST + 2).filter(attempt => attempt !== span);
      return this.#list('Attempts in it', attempts, attempt => run.title(attempt));
    }
    const failed = run.children[span].filter(child => ['failed', 'recovered'].includes(run.state[child]));
    return this.#list('Failed in it', failed, child => cut(run.title(child), 60));
  }

  /** Spans, and what became of each. */
  #list(title, spans, name, current) {
    const { run } = this;
    const about = span => [
      OUTCOMES[run.state[span]],
      kindly(run.why(span)?.kind),
      duration(run.to[span] - run.from[span]),
    ];
    const items = spans
      .slice(0, MOST)
      .map(span =>
        element(
          'li',
          { 'aria-current': span === current },
          element(`span.dot.${run.state[span]}`),
          this.#link(span, name(span)),
          element('span.dim', null, ` ${about(span).filter(isThere).join(' · ')}`),
        ),
      );
    return (
      items.length > 0 && this.#section(title, element('ol.spans', null, items), this.#more(spans.length))
    );
  }

  #more(count) {
    return count > MOST && element('p.dim', null, `and ${number(count - MOST)} more`);
  }

  #section(title, ...inside) {
    return element('section', null, element('h3', null, title), inside);
  }
}

function pretty(json) {
  try {
    const value = JSON.parse(json);
    return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  } catch {
    return json;
  }
}
