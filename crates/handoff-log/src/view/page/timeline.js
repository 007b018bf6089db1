// The timeline: names as elements, so that they can be read aloud and copied; bars on a canvas. Of both only as many as
// can be seen are made.

const ROW = 24;

class Timeline {
  /** `on` is told what is selected, and what is to be unfolded. */
  constructor(on) {
    this.on = on;
    this.box = byId('rows');
    this.window = byId('window');
    this.names = byId('names');
    this.canvas = byId('bars');
    this.axis = byId('axis').querySelector('canvas');
    this.box.addEventListener('scroll', () => this.draw());
    this.#mouse();
    new ResizeObserver(() => this.draw()).observe(this.box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#colours();
      this.draw();
    });
    this.#colours();
  }

  show(run, rows) {
    [this.run, this.rows, this.selected] = [run, rows, -1];
    this.box.scrollTop = 0;
    this.whole();
  }

  /** The whole run, from left to right. */
  whole() {
    [this.left, this.right] = [0, this.run.length];
    this.draw();
  }

  zoomTo(span) {
    const margin = Math.max((this.run.to[span] - this.run.from[span]) * 0.05, 1);
    [this.left, this.right] = [this.run.from[span] - margin, this.run.to[span] + margin];
    this.draw();
  }

  /** By a factor, around a place of the canvas between 0 and 1. */
  zoom(factor, around = 0.5) {
    const still = this.left + around * (this.right - this.left);
    const width = Math.min(Math.max((this.right - this.left) * factor, 10), this.run.length * 1.2);
    this.left = still - around * width;
    this.right = this.left + width;
    this.draw();
  }

  pan(by) {
    this.left += by;
    this.right += by;
    this.draw();
  }

  select(span) {
    this.selected = span;
    const top = this.rows.row(span) * ROW;
    const { scrollTop, clientHeight } = this.box;
    if (top >= 0 && (top < scrollTop || top > scrollTop + clientHeight - ROW)) {
      const far = top < scrollTop - ROW || top > scrollTop + clientHeight;
      this.box.scrollTop = far ? top - clientHeight / 2 : top < scrollTop ? top : top - clientHeight + ROW;
    }
    this.draw();
  }

  #colours() {
    this.colours = {};
    const probe = document.body.appendChild(element('i', { hidden: true }));
    for (const name of [
      'text',
      'dim',
      'line',
      'panel',
      'ok',
      'failed',
      'retried',
      'stopped',
      'recovered',
      'fan',
      'track',
      'selected',
    ]) {
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

  draw() {
    const height = this.box.clientHeight;
    if (!this.run || !height || !this.box.clientWidth) return;
    const { rows } = this;
    byId('timeline').style.setProperty(
      '--names',
      `${Math.round(Math.min(Math.max(this.box.clientWidth * 0.4, 190), 380))}px`,
    );
    this.window.style.height = `${height}px`;
    byId('height').style.height = `${Math.max(0, rows.spans.length * ROW - height)}px`;
    const top = Math.min(this.box.scrollTop, Math.max(0, rows.spans.length * ROW - height));
    this.first = Math.floor(top / ROW);
    this.offset = top - this.first * ROW;
    this.shown = Math.min(rows.spans.length - this.first, Math.ceil(height / ROW) + 1);
    this.#drawNames();
    this.#drawBars(height);
    this.#drawAxis();
  }

  // Names

  #drawNames() {
    const { names, rows } = this;
    while (names.children.length < this.shown) names.append(this.#name());
    while (names.children.length > this.shown) names.lastChild.remove();
    for (let i = 0; i < this.shown; i++) {
      const row = this.first + i;
      this.#fill(names.children[i], rows.spans[row], rows.depths[row], row);
    }
    names.style.transform = `translateY(${-this.offset}px)`;
    const selected = this.rows.row(this.selected);
    const seen = selected >= this.first && selected < this.first + this.shown;
    seen
      ? this.box.setAttribute('aria-activedescendant', `row-${this.selected}`)
      : this.box.removeAttribute('aria-activedescendant');
  }

  #name() {
    return element(
      'div.row',
      { role: 'treeitem' },
      ['fold', 'mark', 'name', 'beside', 'warned', 'sure'].map(part => element(`span.${part}`)),
    );
  }

  #fill(line, span, depth, row) {
    const { run, rows } = this;
    const state = run.state[span];
    const kind = run.kind[span];
    const [fold, mark, name, beside, warned, confidence] = line.children;
    const folds = run.children[span].length > 0;
    const warnings = run.below.warned[span];
    line.id = `row-${span}`;
    line.className = `row ${kind} ${state}${span === this.selected ? ' selected' : ''}`;
    line.dataset.span = span;
    line.setAttribute('aria-level', depth + 1);
    line.setAttribute('aria-setsize', rows.spans.length);
    line.setAttribute('aria-posinset', row + 1);
    line.setAttribute('aria-selected', span === this.selected);
    folds ? line.setAttribute('aria-expanded', rows.isUnfolded(span)) : line.removeAttribute('aria-expanded');
    line.setAttribute(
      'aria-label',
      `${cut(run.title(span), 200)} ${run.subtitle(span)} ${OUTCOMES[state] ?? state}`,
    );
    line.style.setProperty('--depth', Math.min(depth, 12));
    fold.textContent = folds ? (rows.isUnfolded(span) ? '▾' : '▸') : '';
    mark.textContent = MARKS[state] ?? '';
    name.textContent = cut(run.title(span), 200);
    beside.textContent = run.subtitle(span);
    warned.textContent = warnings ? '▲' : '';
    warned.title = warnings ? counted(warnings, 'warning') : '';
    confidence.textContent = this.#confidence(span);
  }

  #confidence(span) {
    if (this.run.kind[span] === 'g') return sure(this.run.get('conf', span) ?? 1);
    if (this.run.kind[span] !== 'c') return '';
    const handed = this.run.handoffsAt.get(span);
    return handed && handed.at(-1).confidence < 1 ? sure(handed.at(-1).confidence) : '';
  }

  // Bars

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

  #drawBars(height) {
    this.width = this.box.clientWidth - this.names.offsetWidth;
    const context = this.#context(this.canvas, this.width, height);
    context.strokeStyle = this.colours.line;
    context.beginPath();
    for (const tick of this.#ticks()) {
      const x = Math.round(this.#x(tick)) + 0.5;
      context.moveTo(x, 0);
      context.lineTo(x, height);
    }
    context.stroke();
    for (let i = 0; i < this.shown; i++) {
      const span = this.rows.spans[this.first + i];
      const y = i * ROW - this.offset;
      if (span === this.selected) {
        context.fillStyle = this.colours.selected;
        context.fillRect(0, y, this.width, ROW);
      }
      this.#drawBar(context, span, y);
    }
  }

  #drawBar(context, span, y) {
    const { run, width, colours } = this;
    const kind = run.kind[span];
    const from = this.#x(run.from[span]);
    const to = Math.max(this.#x(run.to[span]), from + 2);
    if (to < 0 || from > width) return this.#drawBeyond(context, from, y);
    const [left, right] = [Math.max(from, -4), Math.min(to, width + 4)];
    const colour = colours.of[run.state[span]] ?? colours.stopped;
    context.fillStyle = colour;
    if (kind === 'g') {
      context.beginPath();
      for (const [dx, dy] of [
        [0, -5],
        [5, 0],
        [0, 5],
        [-5, 0],
      ])
        context.lineTo(from + dx, y + ROW / 2 + dy);
      context.fill();
    } else if (kind === 'f' && run.children[span].length > 1) {
      this.#drawProfile(context, span, y, left, right);
    } else if (kind === 'c') {
      this.#round(context, left, y + 5, right - left, ROW - 10);
    } else {
      const calls = kind === 't' || kind === 'e' ? run.attemptsIn(span, 100) : [];
      context.fillStyle = calls.length && run.state[span] !== 'open' ? colours.track : colour;
      context.globalAlpha = kind === 't' || kind === 'e' ? 1 : 0.6;
      this.#round(context, left, y + ROW / 2 - 2, right - left, 4);
      context.globalAlpha = 1;
      this.#drawCalls(context, calls, y);
      if (run.state[span] !== 'ok' && kind === 't') {
        context.fillStyle = colour;
        context.fillRect(Math.max(right - 3, left), y + 5, 3, ROW - 10);
      }
    }
    if (run.isOpen(span)) this.#drawOpen(context, right, y);
    this.#drawNote(context, span, y, kind === 'g' ? [from - 5, from + 5] : [left, right]);
  }

  #round(context, x, y, width, height) {
    context.beginPath();
    context.roundRect(x, y, Math.max(width, 2), height, 2);
    context.fill();
  }

  /** The attempts of a task shine through it. */
  #drawCalls(context, calls, y) {
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
  #drawOpen(context, x, y) {
    context.strokeStyle = this.colours.dim;
    context.setLineDash([2, 2]);
    context.beginPath();
    context.moveTo(x + 0.5, y + 3);
    context.lineTo(x + 0.5, y + ROW - 3);
    context.stroke();
    context.setLineDash([]);
  }

  /** An arrow to what is not in the picture. */
  #drawBeyond(context, from, y) {
    context.fillStyle = this.colours.dim;
    context.fillText(from < 0 ? '‹' : '›', from < 0 ? 3 : this.width - 9, y + ROW / 2);
  }

  /** How many tasks were under way, and where they failed. A pixel is as high as the most in it. */
  #drawProfile(context, span, y, left, right) {
    const { times, counts, most, failed, recovered } = this.run.profile(span);
    const { colours } = this;
    const base = y + ROW - 3;
    const high = ROW - 6;
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
    context.fillRect(left, y + 3, right - left, high);
    context.globalAlpha = 0.7;
    pixels.forEach(
      (count, x) =>
        count && context.fillRect(first + x, base - (high * count) / most, 1, (high * count) / most),
    );
    context.globalAlpha = 1;
    // By the same measure, from above.
    const hanging = new Map();
    for (const [colour, ends] of [
      [colours.failed, failed],
      [colours.recovered, recovered],
    ]) {
      context.fillStyle = colour;
      const dense = new Map();
      for (const time of ends) {
        const x = 2 * Math.floor(this.#x(time) / 2);
        dense.set(x, (dense.get(x) ?? 0) + 1);
      }
      for (const [x, count] of dense) {
        const above = hanging.get(x) ?? 0;
        const long = Math.min(Math.max(4, (high * count) / most), high - above);
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
    const tokens = run.kind[span] === 'c' && run.handoffsAt.get(span)?.at(-1).tokens;
    return say(took, tokens && counted(tokens, 'token'), state, run.state[span] !== 'recovered' && why);
  }

  /** Beside the bar, where there is room; else in it. */
  #drawNote(context, span, y, [left, right]) {
    const text = this.#note(span);
    if (!text) return;
    const wide = context.measureText(text).width;
    const state = this.run.state[span];
    const { colours } = this;
    context.fillStyle = ['failed', 'retried', 'recovered'].includes(state) ? colours.of[state] : colours.dim;
    if (right + 6 + wide < this.width) context.fillText(text, right + 6, y + ROW / 2);
    else if (left - 6 - wide > 0) context.fillText(text, left - 6 - wide, y + ROW / 2);
    else {
      const x = Math.max(left, 0) + 8;
      const within = context.fillStyle;
      context.fillStyle = colours.panel;
      context.globalAlpha = 0.88;
      this.#round(context, x - 4, y + 4, wide + 8, ROW - 8);
      context.globalAlpha = 1;
      context.fillStyle = within === colours.dim ? colours.text : within;
      context.fillText(text, x, y + ROW / 2);
    }
  }

  // The mouse

  #spanAt(event) {
    return this.rows.spans[
      Math.floor((event.clientY - this.box.getBoundingClientRect().top + this.box.scrollTop) / ROW)
    ];
  }

  #mouse() {
    this.names.addEventListener('click', event => {
      const line = event.target.closest('.row');
      if (!line) return;
      const span = Number(line.dataset.span);
      event.target.className === 'fold' ? this.on.fold(span) : this.on.select(span);
    });
    this.names.addEventListener('dblclick', event => {
      const line = event.target.closest('.row');
      if (line && event.target.className !== 'fold') this.on.fold(Number(line.dataset.span));
    });
    let drag = null;
    this.canvas.addEventListener('pointerdown', event => {
      drag = { x: event.clientX, left: this.left, right: this.right, moved: false };
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener('pointermove', event => {
      if (!drag) return;
      drag.moved ||= Math.abs(event.clientX - drag.x) > 3;
      if (!drag.moved) return;
      const by = ((drag.x - event.clientX) / (this.width - 16)) * (drag.right - drag.left);
      [this.left, this.right] = [drag.left + by, drag.right + by];
      this.draw();
    });
    this.canvas.addEventListener('pointerup', event => {
      const span = this.#spanAt(event);
      if (drag && !drag.moved && span !== undefined) this.on.select(span);
      drag = null;
    });
    this.canvas.addEventListener('pointercancel', () => (drag = null));
    this.canvas.addEventListener('dblclick', event => {
      const span = this.#spanAt(event);
      if (span !== undefined) this.zoomTo(span);
    });
    this.box.addEventListener(
      'wheel',
      event => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        const x = event.clientX - this.canvas.getBoundingClientRect().left;
        this.zoom(Math.exp(event.deltaY * 0.002), Math.min(Math.max((x - 8) / (this.width - 16), 0), 1));
      },
      { passive: false },
    );
  }
}
