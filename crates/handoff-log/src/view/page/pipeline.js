// The pipeline as it is declared: boxes in boxes, with what became of them in this run.

class Pipeline {
  /** `on.agent` is told which agent is to be filtered by, `on.select` which span is to be shown. */
  constructor(on) {
    this.on = on;
    this.box = byId('diagram');
  }

  show(run) {
    this.run = run;
    this.#figures();
    fill(
      this.box,
      run.stages.length ? this.#chain(run.stages) : element('p.dim', null, 'The log does not describe it.'),
    );
  }

  mark(agent) {
    for (const box of this.box.querySelectorAll('button[aria-pressed]'))
      box.setAttribute('aria-pressed', box.dataset.agent === agent);
  }

  /** Spans know no stage. They are told apart by what stages say of themselves; where two say the same, both have all. */
  #figures() {
    const { run } = this;
    this.spans = new Map();
    const add = (key, span) =>
      this.spans.has(key) ? this.spans.get(key).push(span) : this.spans.set(key, [span]);
    for (let span = 0; span < run.count; span++) {
      switch (run.kind[span]) {
        case 'f':
          add(`${run.text('kind', span) ?? 'fan_out'} ${run.text('of', span) ?? ''}`, span);
          break;
        case 'g':
          add('gate', span);
          break;
        case 'o':
          add('round', span);
          break;
        case 'e':
          add(`or ${run.name(span)}`, span);
          break;
        case 'p':
          add(`pipeline ${run.name(span)}`, span);
      }
    }
  }

  #of(key) {
    return this.spans.get(key) ?? [];
  }

  #chain(stages) {
    const parts = [];
    let handsOn = null;
    for (const stage of stages) {
      const box = this.#stage(stage);
      if (!box) continue;
      if (parts.length)
        parts.push(
          element('div.arrow', null, handsOn && element('span', { title: handsOn }, cut(handsOn, 40))),
        );
      parts.push(box);
      handsOn = stage.barrier?.hands_on?.name ?? stage.output?.name ?? null;
    }
    return element('div.chain', null, parts);
  }

  #stage(stage) {
    switch (stage.stage) {
      case 'agent':
        return this.#agent(stage);
      case 'gate':
        return this.#gate(stage);
      case 'pipeline':
        return this.#nest(
          stage.name,
          [this.#chain(stage.stages)],
          this.#count(this.#of(`pipeline ${stage.name}`), 'run'),
        );
      case 'fan_out':
        return this.#fanOut(stage);
      case 'repeat':
        return this.#nest(
          `repeat(max = ${stage.max})`,
          [this.#chain(stage.stages), element('div.rule', { title: stage.until }, `until ${stage.until}`)],
          this.#count(this.#of('round'), 'round'),
        );
      case 'join':
      case 'race':
        return this.#nest(
          stage.stage,
          [this.#columns(stage.branches)],
          this.#tasks(this.#of(`${stage.stage} `)),
        );
      case 'branch':
        return stage.optional
          ? this.#nest('optional', [this.#chain(stage.stages)])
          : this.#chain(stage.stages);
      case 'or':
        return this.#or(stage);
      case 'match':
        return this.#nest(
          'match',
          stage.arms.map(arm => [
            element('div.rule', { title: arm.pattern }, arm.pattern),
            this.#chain(arm.stages),
          ]),
        );
      case 'map':
        return element('div.pure', { title: stage.function }, `map(${stage.function})`);
      default:
        return null;
    }
  }

  #agent(stage) {
    const of = this.run.agents.get(stage.name);
    const figures = of
      ? [
          element('span', null, counted(of.calls, 'call')),
          element('span', null, duration(quantile(of.took, 0.5))),
          of.failed > 0 && element('span.failed', null, `${number(of.failed)} failed`),
          of.retried > 0 && element('span.retried', null, `${number(of.retried)} retried`),
          of.stopped > 0 && element('span.stopped', null, `${number(of.stopped)} stopped`),
        ]
      : [element('span', null, 'not called')];
    return element(
      `button.stage${of ? '' : '.idle'}`,
      {
        type: 'button',
        'aria-pressed': 'false',
        'data-agent': stage.name,
        title: stage.doc ?? null,
        onclick: () => this.on.agent(stage.name),
      },
      element('span.name', null, cut(stage.name, 60)),
      element('span.role', null, stage.role),
      element('span.figures', null, figures),
    );
  }

  #gate(stage) {
    const gates = this.#of('gate').filter(span => this.run.get('min', span) === stage.confidence);
    const failed = gates.filter(span => this.run.state[span] === 'failed');
    return element(
      'button.pure',
      { type: 'button', disabled: !gates.length, onclick: () => this.on.select(failed[0] ?? gates[0]) },
      `gate(confidence ≥ ${stage.confidence})`,
      gates.length > 0 &&
        element(
          'span.figures',
          null,
          element('span', null, `${number(gates.length - failed.length)} passed`),
          failed.length > 0 && element('span.failed', null, `${number(failed.length)} stopped`),
        ),
    );
  }

  #fanOut(stage) {
    const options = [stage.concurrency && `${stage.concurrency} at once`, stage.recover && 'recovers'].filter(
      Boolean,
    );
    return this.#nest(
      `fan_out(${stage.of})`,
      [
        this.#chain(stage.stages),
        element('div.rule', null, [`barrier(${rule(stage.barrier?.rule)})`, ...options].join(' · ')),
      ],
      this.#tasks(this.#of(`fan_out ${stage.of}`)),
    );
  }

  #or(stage) {
    const fallbacks = stage.attempts.flatMap(attempt => this.#of(`or ${attempt.name}`));
    return this.#nest(
      'the first that succeeds',
      [this.#columns(stage.attempts)],
      this.#count(fallbacks, 'fallback'),
    );
  }

  #columns(stages) {
    return element(
      'div.columns',
      null,
      stages.map(stage => this.#chain([stage])),
    );
  }

  #count(spans, one) {
    return spans.length
      ? { span: spans[0], figures: [element('span', null, counted(spans.length, one))] }
      : null;
  }

  #tasks(spans) {
    if (!spans.length) return null;
    const sum = of => spans.reduce((sum, span) => sum + of(span), 0);
    const failed = sum(span => this.run.settled(span).failed);
    const stopped = sum(span => this.run.settled(span).stopped);
    return {
      span: spans[0],
      figures: [
        element(
          'span',
          null,
          counted(
            sum(span => this.run.get('width', span)),
            'task',
          ),
        ),
        failed > 0 && element('span.failed', null, `${number(failed)} failed`),
        stopped > 0 && element('span.stopped', null, `${number(stopped)} stopped`),
      ],
    };
  }

  #nest(title, inside, of) {
    const head = [
      element('span', { title }, cut(title, 80)),
      of && element('span.figures', null, of.figures),
    ];
    return element(
      'div.nest',
      null,
      of
        ? element('button.head', { type: 'button', onclick: () => this.on.select(of.span) }, head)
        : element('div.head', null, head),
      inside,
    );
  }
}

function rule(of) {
  if (of === undefined || of === null) return '';
  if (typeof of === 'string') return of;
  const [[name, value]] = Object.entries(of);
  return name === 'at_least_percent' ? `at_least = ${value}%` : `${name} = ${value}`;
}
