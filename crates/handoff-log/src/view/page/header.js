// The header: figures of the run, and what is to be said before anything else.

class Header {
  constructor(app) {
    this.app = app;
  }

  show(run, index, outcomes) {
    this.run = run;
    document.title = `${run.pipeline} ${OUTCOMES[run.outcome] ?? run.outcome}`;
    fill(
      byId('title'),
      element('h1', null, run.pipeline),
      element(`span.state.${run.outcome}`, null, OUTCOMES[run.outcome] ?? run.outcome),
      element(
        'span.dim',
        null,
        [run.data.wall && clock(run.data.wall), `trace ${run.data.trace}`].filter(Boolean).join(' · '),
      ),
      outcomes.length > 1 && this.#chooser(index, outcomes),
      element(
        'button.round',
        { type: 'button', 'aria-label': 'keys', title: 'keys (?)', onclick: () => byId('help').showModal() },
        '?',
      ),
    );
    this.#figures();
    this.#news();
  }

  #chooser(index, outcomes) {
    const options = outcomes.map((outcome, i) =>
      element(
        'option',
        { value: i, selected: i === index },
        `${i + 1} of ${outcomes.length}: ${OUTCOMES[outcome]}`,
      ),
    );
    return element(
      'select',
      { 'aria-label': 'run', onchange: event => this.app.open(Number(event.target.value)) },
      options,
    );
  }

  #figures() {
    const { run, app } = this;
    const [failed, retried] = [run.total('failed'), run.total('retried')];
    const [name, input, output] = run.tokens();
    fill(
      byId('figures'),
      this.#figure(duration(run.elapsed), 'duration'),
      this.#figure(number(run.total('tasks')), 'tasks'),
      this.#figure(number(run.total('calls')), 'attempts'),
      this.#figure(`${number(input)} / ${number(output)}`, name),
      this.#figure(number(run.handoffs.length), 'handoffs', null, () => app.view('handoffs')),
      this.#figure(number(retried), 'retried', 'retried', () => app.find('retried')),
      this.#figure(number(failed), 'failed for good', 'failed', () => app.view('failures')),
      this.#figure(number(run.warnings.length), 'warnings', 'retried', () => app.view('warnings')),
    );
    for (const [tab, count] of [
      ['failures', failed + retried],
      ['warnings', run.warnings.length],
    ]) {
      byId(`tab-${tab}`).querySelector('.count').textContent = count ? number(count) : '';
    }
  }

  /** None is nothing to look at. */
  #figure(value, name, state, act) {
    const some = value !== '0';
    const shown = [element('dd', { class: some ? state : null }, value), element('dt', null, name)];
    return element(
      'div',
      null,
      act && some ? element('button.plain', { type: 'button', onclick: act }, shown) : shown,
    );
  }

  #news() {
    const { run } = this;
    const unread = Number(document.body.dataset.unread);
    const news = [
      run.outcome === 'failed' && this.#failure(),
      run.outcome === 'open' && [
        element('b', null, 'The log ends before the run does.'),
        ` What had not ended at ${duration(run.data.last)} is drawn up to there.`,
      ],
      run.data.lost > 0 &&
        `${counted(run.data.lost, 'line was', 'lines were')} not written: the disk did not keep up, or failed.`,
      unread > 0 && `${counted(unread, 'line')} of the log could not be read.`,
    ].filter(Boolean);
    byId('news').hidden = !news.length;
    fill(
      byId('news'),
      news.map(news =>
        news instanceof Element ? news : element('div.stopped', null, element('p', null, news)),
      ),
    );
  }

  #failure() {
    const { end, why, cause, data } = this.run;
    return element(
      'div.failed',
      null,
      element(
        'p',
        null,
        element(
          'b',
          null,
          'Failed',
          end.by && ` at ${end.by}`,
          data.path && ` in task ${data.path}`,
          end.label && ` (${cut(end.label, 80)})`,
        ),
        element('span.kind', null, kindly(end.why?.kind ?? '')),
        cut(end.why?.message ?? end.error ?? '', 300),
      ),
      element('button', { type: 'button', onclick: () => this.app.select(cause) }, 'Show'),
    );
  }
}
