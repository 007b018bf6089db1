// The timeline: names as elements, so that they can be read aloud and copied, beside the bars. Only those are made that can
// be seen.

class Timeline {
  /** `on` is told what is selected, and what is to be unfolded. */
  constructor(on) {
    this.on = on;
    this.box = byId('rows');
    this.window = byId('window');
    this.names = byId('names');
    this.bars = new Bars();
    this.canvas = this.bars.canvas;
    this.box.addEventListener('scroll', () => this.draw());
    this.#mouse();
    new ResizeObserver(() => this.draw()).observe(this.box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.bars.recolour();
      this.draw();
    });
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

  /** So many rows can be seen at once, and one of those that are seen now. */
  get page() {
    return Math.max(1, this.shown - 2);
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
    this.width = this.box.clientWidth - this.names.offsetWidth;
    const { left, right, offset, selected } = this;
    const spans = rows.spans.slice(this.first, this.first + this.shown);
    this.bars.draw(this.run, { spans, left, right, offset, selected }, this.width, height);
  }

  #drawNames() {
    const { names, rows } = this;
    while (names.children.length < this.shown) names.append(this.#name());
    while (names.children.length > this.shown) names.lastChild.remove();
    for (let i = 0; i < this.shown; i++) {
      const row = this.first + i;
      this.#fill(names.children[i], rows.spans[row], rows.depths[row]);
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

  #fill(line, span, depth) {
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
    line.setAttribute('aria-setsize', run.children[run.parent[span]]?.length ?? 1);
    line.setAttribute('aria-posinset', run.place[span] + 1);
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
    const output = this.run.output(span);
    return output && output.confidence < 1 ? sure(output.confidence) : '';
  }

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
