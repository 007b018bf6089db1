// The bars of the timeline and its axis, on canvases.

/** Of a row, and of what is in it. */
const ROW = 24;
const HIGH = ROW - 6;

const COLOURS = [
  'text',
  'dim',
  'line',
  'page',
  'ok',
  'failed',
  'retried',
  'stopped',
  'recovered',
  'fan',
  'track',
  'selected',
];

class Bars {
  constructor() {
    this.canvas = byId('bars');
    this.axis = byId('axis').querySelector('canvas');
    this.recolour();
  }

  /** Reads the colours of the style: a canvas knows no variables. */
  recolour() {
    this.colours = {};
    const probe = document.body.appendChild(element('i', { hidden: true }));
    for (const name of COLOURS) {
      probe.style.color = `var(--${name})`;
      this.colours[name] = getComputedStyle(probe).color;
    }
    probe.remove();
    const { ok, failed, retried, stopped, recovered, fan } = this.colours;
    this.colours.of = {
      ok,
      failed,
      retried,
      stopped,
      recovered,
      open: stopped,
      partly: fan,
      cancelled: stopped,
      dropped: stopped,
    };
  }

  #context(canvas, width, height) {
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = '12px system-ui, sans-serif';
    context.textBaseline = 'middle';
    return context;
  }

  /** Where a time is on the canvas. A margin keeps what begins and ends the run off its edges. */
  #x(time) {
    return 8 + ((time - this.left) / (this.right - this.left)) * (this.width - 16);
  }

  #ticks() {
    const about = (this.right - this.left) / Math.max(1, Math.floor(this.width / 80));
    const power = 10 ** Math.floor(Math.log10(about));
    const step = [1, 2, 5, 10].map(times => times * power).find(step => step >= about);
    const ticks = [];
    for (let tick = Math.max(0, Math.ceil(this.left / step)) * step; tick <= this.right; tick += step)
      ticks.push(tick);
    return ticks;
  }

  #drawAxis() {
    const context = this.#context(this.axis, this.width, ROW);
    context.fillStyle = this.colours.dim;
    context.font = '11px system-ui, sans-serif';
    for (const tick of this.#ticks()) {
      const text = tick ? duration(tick) : '0';
      if (this.#x(tick) + context.measureText(text).width + 4 < this.width)
        context.fillText(text, this.#x(tick) + 4, ROW / 2);
    }
  }

  /** Draws the bars of the rows that `seen` has: `spans`, of which the first one begins `offset` above the picture. */
  draw(run, seen, width, height) {
    this.run = run;
    this.width = width;
    [this.left, this.right] = [seen.left, seen.right];
    const context = this.#context(this.canvas, width, height);
    context.strokeStyle = this.colours.line;
    context.beginPath();
    for (const tick of this.#ticks()) {
      const x = Math.round(this.#x(tick)) + 0.5;
      context.moveTo(x, 0);
      context.lineTo(x, height);
    }
    context.stroke();
    seen.spans.forEach((span, row) => {
      const y = row * ROW - seen.offset;
      if (span === seen.selected) {
        context.fillStyle = this.colours.selected;
        context.fillRect(0, y, width, ROW);
      }
      this.#bar(context, span, y);
    });
    this.#drawAxis();
  }

  #bar(context, span, y) {
    const { run, width, colours } = this;
    const kind = run.kind[span];
    const from = this.#x(run.from[span]);
    const to = Math.max(this.#x(run.to[span]), from + 2);
    if (to < 0 || from > width) return this.#beyond(context, from, y);
    const [left, right] = [Math.max(from, -4), Math.min(to, width + 4)];
    const colour = colours.of[run.state[span]] ?? colours.stopped;
    context.fillStyle = colour;
    if (kind === 'g') {
      context.beginPath();
      context.moveTo(from, y + ROW / 2 - 5);
      for (const [x, down] of [
        [from + 5, 0],
        [from, 5],
        [from - 5, 0],
      ])
        context.lineTo(x, y + ROW / 2 + down);
      context.fill();
    } else if (kind === 'f' && run.children[span].length > 1) {
      this.#profile(context, span, y, left, right);
    } else if (kind === 'c') {
      this.#round(context, left, y + 5, right - left, ROW - 10);
    } else {
      const calls = kind === 't' || kind === 'e' ? run.attemptsIn(span, 100) : [];
      context.fillStyle = calls.length && run.state[span] !== 'open' ? colours.track : colour;
      context.globalAlpha = kind === 't' || kind === 'e' ? 1 : 0.6;
      this.#round(context, left, y + ROW / 2 - 2, right - left, 4);
      context.globalAlpha = 1;
      this.#calls(context, calls, y);
      if (run.state[span] !== 'ok' && kind === 't') {
        context.fillStyle = colour;
        context.fillRect(Math.max(right - 3, left), y + 5, 3, ROW - 10);
      }
    }
    if (run.isOpen(span)) this.#open(context, right, y);
    this.#writeNote(context, span, y, kind === 'g' ? [from - 5, from + 5] : [left, right]);
  }

  #round(context, x, y, width, height) {
    context.beginPath();
    context.roundRect(x, y, Math.max(width, 2), height, 2);
    context.fill();
  }

  /** The attempts of a task shine through it. */
  #calls(context, calls, y) {
    let end = -Infinity;
    for (const call of calls) {
      const from = Math.max(this.#x(this.run.from[call]), 0);
      const to = Math.min(this.#x(this.run.to[call]), this.width);
      if (to < 0 || from > this.width || (to - end < 1 && this.run.state[call] === 'ok')) continue;
      context.fillStyle = this.colours.of[this.run.state[call]] ?? this.colours.stopped;
      context.fillRect(from, y + 7, Math.max(to - from - 0.5, 1), ROW - 14);
      end = to;
    }
  }

  /** What had not ended when the log did. */
  #open(context, x, y) {
    context.strokeStyle = this.colours.dim;
    context.setLineDash([2, 2]);
    context.beginPath();
    context.moveTo(x + 0.5, y + 3);
    context.lineTo(x + 0.5, y + ROW - 3);
    context.stroke();
    context.setLineDash([]);
  }

  /** An arrow to what is not in the picture. */
  #beyond(context, from, y) {
    context.fillStyle = this.colours.dim;
    context.fillText(from < 0 ? '‹' : '›', from < 0 ? 3 : this.width - 9, y + ROW / 2);
  }

  /** How many tasks were under way, and where they failed. A pixel is as HIGH as the most in it. */
  #profile(context, span, y, left, right) {
    const { times, counts, most } = this.run.profile(span);
    const { colours } = this;
    const base = y + ROW - 3;
    const first = Math.max(0, Math.floor(left));
    const pixels = new Float64Array(Math.ceil(right) - first + 1);
    for (let i = 0; i < times.length; i++) {
      const from = Math.max(Math.floor(this.#x(times[i])) - first, 0);
      const to =
        i + 1 < times.length ? Math.min(Math.floor(this.#x(times[i + 1])) - first, pixels.length - 1) : from;
      for (let x = from; x <= to; x++) pixels[x] = Math.max(pixels[x], counts[i]);
    }
    context.fillStyle = colours.fan;
    context.globalAlpha = 0.14;
    context.fillRect(left, y + 3, right - left, HIGH);
    context.globalAlpha = 0.7;
    pixels.forEach(
      (count, x) =>
        count && context.fillRect(first + x, base - (HIGH * count) / most, 1, (HIGH * count) / most),
    );
    context.globalAlpha = 1;
    this.#failures(context, span, y);
  }

  /** Where tasks failed, by the same measure as how many were under way, hanging from above. */
  #failures(context, span, y) {
    const { most, failed, recovered } = this.run.profile(span);
    const hanging = new Map();
    for (const [colour, ends] of [
      [this.colours.failed, failed],
      [this.colours.recovered, recovered],
    ]) {
      context.fillStyle = colour;
      const dense = new Map();
      for (const time of ends) {
        const x = 2 * Math.floor(this.#x(time) / 2);
        dense.set(x, (dense.get(x) ?? 0) + 1);
      }
      for (const [x, count] of dense) {
        const above = hanging.get(x) ?? 0;
        const long = Math.min(Math.max(4, (HIGH * count) / most), HIGH - above);
        context.fillRect(x, y + 3 + above, 2, long);
        hanging.set(x, above + long);
      }
    }
  }

  #note(span) {
    const { run } = this;
    const took = duration(run.to[span] - run.from[span]);
    const why = kindly(run.why(span)?.kind);
    const say = (...parts) => parts.filter(Boolean).join(' · ');
    if (run.kind[span] === 'r' && !run.isOpen(span)) return '';
    if (run.kind[span] === 'g') return run.state[span] === 'failed' ? 'stopped here' : '';
    if (run.isOpen(span)) return say(took, 'not ended');
    if (run.kind[span] === 'f') {
      const { ok, failed, stopped } = run.settled(span);
      return say(
        took,
        `${number(ok)} of ${number(run.get('width', span))} ok`,
        failed && `${number(failed)} failed`,
        stopped && `${number(stopped)} stopped`,
      );
    }
    const state =
      ['stopped', 'recovered', 'cancelled', 'dropped'].includes(run.state[span]) && OUTCOMES[run.state[span]];
    const handed = run.kind[span] === 'c' && run.output(span);
    const tokens =
      handed &&
      (handed.budget < Infinity
        ? `${number(handed.tokens)} of ${number(handed.budget)} tokens`
        : counted(handed.tokens, 'token'));
    const failed = run.state[span] !== 'recovered' && why && cut(why, 40);
    return say(took, tokens, state, failed);
  }

  /** Beside the bar, where there is room; else in it. */
  #writeNote(context, span, y, [left, right]) {
    const text = this.#note(span);
    if (!text) return;
    const wide = context.measureText(text).width;
    const state = this.run.state[span];
    const { colours } = this;
    const coloured = ['failed', 'retried', 'recovered'].includes(state);
    context.fillStyle = coloured ? colours.of[state] : colours.dim;
    if (right + 6 + wide < this.width) context.fillText(text, right + 6, y + ROW / 2);
    else if (left - 6 - wide > 0) context.fillText(text, left - 6 - wide, y + ROW / 2);
    else {
      const x = Math.max(left, 0) + 8;
      const colour = coloured ? colours.of[state] : colours.text;
      if (this.run.kind[span] === 'f') this.#outline(context, text, x, y + ROW / 2);
      else {
        context.fillStyle = colours.page;
        this.#round(context, x - 4, y + 4, wide + 8, HIGH - 2);
      }
      context.fillStyle = colour;
      context.fillText(text, x, y + ROW / 2);
    }
  }
  /** Keeps a text apart from a profile without hiding it. */
  #outline(context, text, x, y) {
    context.strokeStyle = this.colours.page;
    context.lineWidth = 3.5;
    context.lineJoin = 'round';
    context.strokeText(text, x, y);
    context.lineWidth = 1;
  }
}
