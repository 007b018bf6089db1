// Which spans are rows: those that are unfolded, and of them those that are searched for.

const FILTERS = ['failed', 'retried', 'recovered', 'stopped', 'open', 'warned'];
/** So much of a run is unfolded before anybody asks. */
const UNFOLDED = 60;

class Rows {
  constructor(run) {
    this.run = run;
    this.only = new Set();
    this.agent = null;
    this.query = '';
    this.unfolded = this.#first();
    this.build();
  }

  get filtered() {
    return this.only.size > 0 || this.agent !== null || this.query !== '';
  }

  /** From above, as long as it stays easy to survey. */
  #first() {
    const { children, count } = this.run;
    const unfolded = new Uint8Array(count);
    const next = [0];
    for (let rows = 1; next.length;) {
      const span = next.shift();
      if (rows + children[span].length > UNFOLDED && rows > 1) continue;
      rows += children[span].length;
      unfolded[span] = 1;
      next.push(...children[span]);
    }
    return unfolded;
  }

  #wanted(span) {
    const { run } = this;
    if (this.agent !== null && run.name(span) !== this.agent) return false;
    if (this.only.size && ![...this.only].some(total => this.#has(total, span))) return false;
    return !this.query || this.#says(span, this.query);
  }

  #has(total, span) {
    if (total === 'failed' && this.run.kind[span] === 't') return this.run.state[span] === 'failed';
    return this.run.is(total, span) > 0;
  }

  #says(span, query) {
    const { run } = this;
    const why = run.why(span);
    const says = text => text !== undefined && text.toLowerCase().includes(query);
    return (
      says(run.title(span)) ||
      says(run.name(span)) ||
      (run.kind[span] === 't' && run.path(span) === query) ||
      says(run.text('model', span)) ||
      (why !== undefined &&
        (says(why.kind) ||
          says(kindly(why.kind)) ||
          says(why.message) ||
          (why.violations ?? []).some(says))) ||
      (run.warningsAt.get(span) ?? []).some(warning => says(warning.message) || says(warning.kind))
    );
  }

  /** Finds what is wanted. What it is in is unfolded, and what is in it can be. */
  filter() {
    const { parent, count } = this.run;
    this.found = 0;
    if (!this.filtered) {
      this.shown = this.around = null;
      return this.build();
    }
    this.shown = new Uint8Array(count);
    this.around = new Uint8Array(count);
    const wanted = new Uint8Array(count);
    for (let span = 0; span < count; span++) {
      if (this.#wanted(span)) wanted[span] = ++this.found && 1;
      if (wanted[span] || (parent[span] >= 0 && this.shown[parent[span]])) this.shown[span] = 1;
    }
    for (let span = count - 1; span >= 0; span--) {
      if ((wanted[span] || this.around[span]) && parent[span] >= 0) this.around[parent[span]] = 1;
    }
    for (let span = 0; span < count; span++) this.shown[span] |= this.around[span];
    this.build();
  }

  /** What is unfolded while a filter is on is forgotten with it. */
  get #open() {
    return this.around ?? this.unfolded;
  }

  isUnfolded(span) {
    return this.#open[span] === 1;
  }

  build() {
    const { children } = this.run;
    const open = this.#open;
    const spans = [];
    const depths = [];
    const next = [[0, 0]];
    while (next.length) {
      const [span, depth] = next.pop();
      if (this.shown && !this.shown[span]) continue;
      spans.push(span);
      depths.push(depth);
      if (!open[span]) continue;
      for (let i = children[span].length - 1; i >= 0; i--) next.push([children[span][i], depth + 1]);
    }
    this.spans = spans;
    this.depths = depths;
    this.places = new Map(spans.map((span, row) => [span, row]));
  }

  fold(span, unfolded) {
    if (this.isUnfolded(span) === unfolded || !this.run.children[span].length) return false;
    this.#open[span] = +unfolded;
    this.build();
    return true;
  }

  foldAll(unfolded) {
    this.#open.forEach((_, span, open) => (open[span] = +(unfolded || span === 0)));
    this.build();
  }

  /** Unfolds what a span is in. One that the filters hide takes them off. */
  reveal(span) {
    if (this.shown && !this.shown[span]) this.clear();
    for (let at = this.run.parent[span]; at >= 0; at = this.run.parent[at]) this.#open[at] = 1;
    this.build();
  }

  clear() {
    this.only.clear();
    this.agent = null;
    this.query = '';
    this.filter();
  }

  row(span) {
    return this.places.get(span) ?? -1;
  }
}
