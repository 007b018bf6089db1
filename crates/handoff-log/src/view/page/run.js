// A run: columns of numbers as they were written, and what follows from them.

/** What the words in the log are on the page. */
const OUTCOMES = {
  ok: 'succeeded',
  failed: 'failed',
  stopped: 'stopped',
  recovered: 'recovered',
  open: 'not ended',
  retried: 'retried',
  partly: 'in part',
  cancelled: 'cancelled',
  dropped: 'dropped',
};
/** The same for those who see no colours. */
const MARKS = {
  ok: '',
  failed: '✕',
  stopped: '■',
  recovered: '↺',
  open: '…',
  retried: '↻',
  partly: '',
  cancelled: '■',
  dropped: '■',
};

function sums(differences) {
  let sum = 0;
  return Float64Array.from(differences, difference => (sum += difference));
}

/** A sparse column: of some rows, a value. */
function column([rows, values]) {
  return new Map(Array.from(sums(rows), (row, i) => [row, values[i]]));
}

class Run {
  constructor(data) {
    this.data = data;
    this.texts = data.texts.map(visible);
    this.whys = data.whys.map(why => allVisible({ kind: '', message: '', ...why }));
    this.stages = allVisible(data.stages ?? []);
    this.contracts = allVisible(data.contracts ?? []);
    this.end = allVisible(data.end);
    this.pipeline = visible(data.pipeline);
    this.outcome = this.end?.end ?? 'open';
    this.elapsed = this.end ? this.end.ms * 1e3 : data.last;
    this.columns = new Map();
    this.kind = data.kind;
    this.count = data.kind.length;
    this.parent = Int32Array.from(data.up, (up, span) => (up ? span - up : -1));
    this.from = sums(data.start);
    this.to = this.from.map((start, span) =>
      data.took[span] === null ? data.last : start + data.took[span],
    );
    this.length = Math.max(data.last, 1);
    this.state = Array.from({ length: this.count }, (_, span) => this.#state(span));
    this.#children();
    this.#handoffs();
    this.#below();
  }

  /** What the log says of a span, if it says it. */
  get(name, span) {
    let values = this.columns.get(name);
    if (!values)
      this.columns.set(name, (values = this.data.rows[name] ? column(this.data.rows[name]) : new Map()));
    return values.get(span);
  }

  text(name, span) {
    const id = this.get(name, span);
    return id === undefined ? undefined : this.texts[id];
  }

  /** A contract of the description, by what stages call it. */
  contract({ name, fingerprint }) {
    return this.contracts.find(other => other.name === name && other.fingerprint === fingerprint);
  }

  name(span) {
    return this.texts[this.data.name[span]];
  }

  why(span) {
    return this.whys[this.get('why', span)];
  }

  /** What became of the tasks of a fan-out. */
  settled(span) {
    const [ok, failed, stopped] = this.get('settled', span) ?? [0, 0, 0];
    return { ok, failed, stopped };
  }

  isOpen(span) {
    return this.data.took[span] === null;
  }

  #state(span) {
    if (this.isOpen(span)) return 'open';
    const end = this.text('end', span) ?? 'ok';
    if (end === 'failed' && this.get('retry', span) !== undefined) return 'retried';
    return end === 'ok' && this.settled(span).failed > 0 ? 'partly' : end;
  }

  /** What is in each span, tasks by their indices, and in which place. */
  #children() {
    this.children = Array.from({ length: this.count }, () => []);
    this.place = new Int32Array(this.count);
    for (let span = 0; span < this.count; span++) this.children[this.parent[span]]?.push(span);
    const index = span => this.get('i', span) ?? 0;
    this.children.forEach((children, span) => {
      if (this.kind[span] === 'f') children.sort((a, b) => index(a) - index(b) || a - b);
      children.forEach((child, place) => (this.place[child] = place));
    });
  }

  #handoffs() {
    const { edge, handed_in: spans, tokens, handoffs, edges, warnings } = this.data;
    const columns = Object.fromEntries(
      Object.entries(handoffs).map(([name, values]) => [name, column(values)]),
    );
    this.edges = edges.map(([from, to, contract, [maxOut, max, maxIn], described]) => ({
      // The tightest of its budgets.
      budget: Math.min(maxOut ?? Infinity, max ?? Infinity, maxIn ?? Infinity),
      from: this.texts[from],
      to: this.texts[to],
      contract: this.texts[contract],
      described: this.contracts[described],
      maxOut,
      max,
      maxIn,
    }));
    this.handoffs = edge.map((edge, i) => ({
      edge: this.edges[edge],
      span: spans[i],
      tokens: tokens[i],
      budget: this.edges[edge].budget,
      confidence: columns.conf?.get(i) ?? 1,
      warnings: columns.warnings?.get(i) ?? 0,
      encoding: this.texts[columns.enc?.get(i)],
      tool: columns.tool?.get(i) ?? false,
      redacted: columns.redacted?.get(i) ?? false,
      payload: this.texts[columns.payload?.get(i)],
    }));
    this.warnings = warnings.map(([span, agent, kind, message]) => ({
      span,
      agent: this.texts[agent],
      kind: this.texts[kind],
      message: this.texts[message],
    }));
    const bySpan = list => {
      const of = new Map();
      for (const one of list) of.has(one.span) ? of.get(one.span).push(one) : of.set(one.span, [one]);
      return of;
    };
    this.handoffsAt = bySpan(this.handoffs);
    this.warningsAt = bySpan(this.warnings);
  }

  /** What there is at and below each span. A span comes after the one that it is in. */
  #below() {
    const totals = ['tasks', 'calls', 'retried', 'failed', 'stopped', 'open', 'recovered', 'warned'];
    this.below = Object.fromEntries(totals.map(total => [total, new Int32Array(this.count)]));
    for (let span = this.count - 1; span >= 0; span--) {
      for (const total of totals) {
        this.below[total][span] += this.is(total, span);
        if (this.parent[span] >= 0) this.below[total][this.parent[span]] += this.below[total][span];
      }
    }
  }

  /** Whether a span counts for a total, as a number. `failed` are attempts after which there is no other, and gates. */
  is(total, span) {
    const kind = this.kind[span];
    const state = this.state[span];
    switch (total) {
      case 'tasks':
        return +(kind === 't');
      case 'calls':
        return +(kind === 'c');
      case 'failed':
        return +((kind === 'c' || kind === 'g') && state === 'failed');
      case 'retried':
        return +(state === 'retried');
      case 'stopped':
        return +(kind === 'c' && state === 'stopped');
      case 'open':
        return +(kind === 'c' && state === 'open');
      case 'recovered':
        return +(state === 'recovered');
      default:
        return this.warningsAt.get(span)?.length ?? 0;
    }
  }

  /** How many of a kind there are in the whole run, which is the first span. */
  total(name) {
    return this.below[name][0];
  }

  /** What was counted, and how much of it went in and came out: by models, or by agents where no model was asked. */
  tokens() {
    let [input, output] = this.end?.usage ?? [0, 0];
    for (let span = 0; span < this.count && !this.end; span++) {
      const used = this.get('usage', span) ?? [0, 0];
      [input, output] = [input + used[0], output + used[1]];
    }
    if (input + output > 0) return ['model tokens in / out', input, output];
    for (let span = 0; span < this.count; span++) input += this.get('in', span) ?? 0;
    for (const { tokens } of this.handoffs) output += tokens;
    return ['tokens handed in / on', input, output];
  }

  /** What an attempt has handed on, but for what it has called tools with. */
  output(span) {
    return this.handoffsAt.get(span)?.findLast(handoff => !handoff.tool);
  }

  /** Where a failed run shows why: not at the first of the failures that did no harm. */
  get cause() {
    return this.outcome === 'failed' ? (this.data.cause ?? 0) : -1;
  }

  /** Whether a span is one of the tasks of a fan-out, and no branch of a join or race: those have no index. */
  isTask(span) {
    return this.kind[span] === 't' && this.text('kind', this.parent[span]) === 'fan_out';
  }

  /** `2.0`: which task of which fan-out. */
  path(span) {
    const path = [];
    for (let at = span; at >= 0; at = this.parent[at]) {
      if (this.isTask(at)) path.unshift(this.get('i', at));
    }
    return path.join('.');
  }

  title(span) {
    const name = this.name(span);
    switch (this.kind[span]) {
      case 'f': {
        const kind = this.text('kind', span) ?? 'fan_out';
        const of = this.text('of', span);
        return of ? `${kind}(${of})` : kind;
      }
      case 't':
        return this.text('label', span) || name;
      case 'o':
        return `round ${this.get('n', span)} of ${this.get('most', span)}`;
      case 'e':
        return `or ${name}`;
      case 'g':
        return `gate ≥ ${this.get('min', span)}`;
      default:
        return name;
    }
  }

  /** What stands beside the title, smaller. */
  subtitle(span) {
    switch (this.kind[span]) {
      case 'f': {
        const width = number(this.get('width', span));
        return this.text('of', span) ? `× ${width}` : `of ${width}`;
      }
      case 't':
        return this.isTask(span) ? `task ${this.path(span)}` : '';
      case 'c': {
        const attempt = this.get('n', span) ?? 1;
        return attempt > 1 || this.state[span] === 'retried'
          ? `attempt ${attempt} of ${this.get('most', span)}`
          : '';
      }
      case 'p':
        return 'pipeline';
      default:
        return '';
    }
  }

  /** How many tasks of a fan-out were under way at each time at which that changed. */
  profile(span) {
    this.profiles ??= new Map();
    if (!this.profiles.has(span)) {
      const tasks = this.children[span];
      const starts = Float64Array.from(tasks, task => this.from[task]).sort();
      const ends = Float64Array.from(tasks, task => this.to[task]).sort();
      const times = new Float64Array(2 * tasks.length);
      const counts = new Int32Array(2 * tasks.length);
      let [begun, over, most] = [0, 0, 0];
      while (over < ends.length) {
        const i = begun + over;
        if (begun < starts.length && starts[begun] < ends[over]) times[i] = starts[begun++];
        else times[i] = ends[over++];
        counts[i] = begun - over;
        most = Math.max(most, counts[i]);
      }
      const ended = state =>
        Float64Array.from(
          tasks.filter(task => this.state[task] === state),
          task => this.to[task],
        );
      this.profiles.set(span, {
        times,
        counts,
        most,
        failed: ended('failed'),
        recovered: ended('recovered'),
      });
    }
    return this.profiles.get(span);
  }

  /** The attempts of a span, in their order; of a task, also those further below, but no more than are asked for. */
  attemptsIn(span, most) {
    const found = [];
    const open = [span];
    while (open.length && found.length < most) {
      const at = open.pop();
      if (this.kind[at] === 'c') found.push(at);
      for (let i = this.children[at].length - 1; i >= 0; i--) open.push(this.children[at][i]);
    }
    return found;
  }

  /** The agents of the description by their names. */
  get declared() {
    return (this.byName ??= declaredAgents(this.stages));
  }

  /** Figures by agent, in the order in which they were first called. */
  get agents() {
    return (this.byAgent ??= this.#agents());
  }

  #agents() {
    const agents = new Map();
    const agent = name => {
      if (!agents.has(name)) {
        agents.set(name, {
          name,
          declared: this.declared.get(name),
          calls: 0,
          retried: 0,
          failed: 0,
          stopped: 0,
          took: [],
          input: 0,
          output: 0,
          largestIn: 0,
          largestOut: undefined,
          budgetOut: undefined,
          least: 1,
          first: -1,
        });
      }
      return agents.get(name);
    };
    for (let span = 0; span < this.count; span++) {
      if (this.kind[span] !== 'c') continue;
      const of = agent(this.name(span));
      const used = this.get('usage', span);
      if (!of.calls++) of.first = span;
      for (const total of ['retried', 'failed', 'stopped']) of[total] += this.is(total, span);
      of.took.push(this.to[span] - this.from[span]);
      of.largestIn = Math.max(of.largestIn, this.get('in', span) ?? 0);
      if (used) [of.input, of.output] = [of.input + used[0], of.output + used[1]];
    }
    for (const { edge, tokens, confidence, tool } of this.handoffs) {
      const of = agents.get(edge.from);
      if (!of || tool) continue;
      of.largestOut = Math.max(of.largestOut ?? 0, tokens);
      of.budgetOut = edge.maxOut ?? of.budgetOut;
      of.least = Math.min(of.least, confidence);
    }
    for (const of of agents.values()) of.took.sort((a, b) => a - b);
    return agents;
  }
}

function declaredAgents(stages, found = new Map()) {
  for (const stage of stages) {
    if (stage.stage === 'agent') found.set(stage.name, stage);
    for (const inside of [
      stage.stages,
      stage.branches,
      stage.attempts,
      stage.tools,
      ...(stage.arms ?? []).map(arm => arm.stages),
    ]) {
      if (inside) declaredAgents(inside, found);
    }
  }
  return found;
}
