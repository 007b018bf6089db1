// Chromium without a window, driven by its own protocol over a pipe: nothing is installed for it, and no port is open.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--hide-scrollbars',
  '--remote-debugging-pipe',
];

export class Chromium {
  #id = 0;
  #waiting = new Map();
  #hears = [];

  static async start(program) {
    const chromium = new Chromium();
    chromium.profile = await mkdtemp(join(tmpdir(), 'handoff-page-'));
    chromium.process = spawn(program, [...FLAGS, `--user-data-dir=${chromium.profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    chromium.process.on('exit', () => chromium.#gone());
    chromium.process.on('error', error => chromium.#gone(error));
    let rest = '';
    chromium.process.stdio[4].setEncoding('utf8').on('data', data => {
      const messages = (rest + data).split('\0');
      rest = messages.pop();
      for (const message of messages) chromium.#message(JSON.parse(message));
    });
    return chromium;
  }

  #gone(error = new Error('chromium has gone')) {
    for (const { no } of this.#waiting.values()) no(error);
    this.#waiting.clear();
  }

  #message({ id, result, error, method, params, sessionId }) {
    if (id === undefined) {
      for (const hear of this.#hears) hear(method, params, sessionId);
      return;
    }
    const { yes, no } = this.#waiting.get(id);
    this.#waiting.delete(id);
    error ? no(new Error(error.message)) : yes(result);
  }

  send(method, params = {}, sessionId) {
    const id = ++this.#id;
    this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((yes, no) => this.#waiting.set(id, { yes, no }));
  }

  async stop() {
    const gone = new Promise(yes => this.process.once('exit', yes));
    if (this.process.exitCode === null) {
      this.send('Browser.close').catch(() => {});
      await gone;
    }
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A page of its own, which notes whatever it complains about. */
  async open(file, { width = 1280, height = 800, dark = false } = {}) {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId, targetId);
    this.#hears.push((method, params, session) => session === sessionId && page.hears(method, params));
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    await page.size(width, height);
    await page.dark(dark);
    const loaded = page.event('Page.loadEventFired');
    await page.send('Page.navigate', { url: `file://${file}` });
    await loaded;
    await page.settled();
    return page;
  }
}

class Page {
  complaints = [];
  requests = [];
  #events = [];

  constructor(chromium, session, target) {
    [this.chromium, this.session, this.target] = [chromium, session, target];
  }

  hears(method, params) {
    if (method === 'Runtime.exceptionThrown')
      this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === 'Runtime.consoleAPICalled')
      this.complaints.push(params.args.map(arg => arg.value).join(' '));
    if (method === 'Log.entryAdded') this.complaints.push(params.entry.text);
    if (method === 'Page.javascriptDialogOpening') this.complaints.push(`a dialog says ${params.message}`);
    if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
    this.#events = this.#events.filter(([wanted, yes]) => wanted !== method || yes(params));
  }

  event(method) {
    return new Promise(yes => this.#events.push([method, yes]));
  }

  send(method, params) {
    return this.chromium.send(method, params, this.session);
  }

  async size(width, height) {
    await this.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
  }

  async dark(dark) {
    await this.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
    });
  }

  /** Whatever is to be drawn has been drawn. */
  async settled() {
    await this.evaluate('new Promise(yes => requestAnimationFrame(() => requestAnimationFrame(yes)))');
  }

  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Calls a function in the page. */
  async run(of, ...args) {
    return this.evaluate(`(${of})(...${JSON.stringify(args)})`);
  }

  async text(selector) {
    return this.run(selector => document.querySelector(selector)?.innerText ?? null, selector);
  }

  async texts(selector) {
    return this.run(
      selector => [...document.querySelectorAll(selector)].map(found => found.innerText),
      selector,
    );
  }

  /** With the mouse, in the middle of what the selector finds; `text` says which of several. */
  async click(selector, text = null, times = 1) {
    const at = await this.run(
      (selector, text) => {
        const found = [...document.querySelectorAll(selector)].find(
          one => text === null || one.innerText.includes(text),
        );
        if (!found) throw new Error(`there is no ${selector} ${text ?? ''}`);
        found.scrollIntoView({ block: 'nearest' });
        const box = found.getBoundingClientRect();
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      },
      selector,
      text,
    );
    await this.clickAt(at, times);
  }

  async clickAt({ x, y }, times = 1) {
    for (let clickCount = 1; clickCount <= times; clickCount++) {
      for (const type of ['mousePressed', 'mouseReleased'])
        await this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount });
    }
    await this.settled();
  }

  /** With the wheel, and Ctrl. */
  async wheel({ x, y }, deltaY) {
    const wheel = { type: 'mouseWheel', x, y, deltaX: 0, deltaY, modifiers: 2 };
    await this.send('Input.dispatchMouseEvent', wheel);
    await this.settled();
  }

  async drag(from, to) {
    for (const [type, at] of [
      ['mousePressed', from],
      ['mouseMoved', to],
      ['mouseReleased', to],
    ]) {
      await this.send('Input.dispatchMouseEvent', { type, ...at, button: 'left', buttons: 1, clickCount: 1 });
    }
    await this.settled();
  }

  /** Keys by their names, one after the other. */
  async press(...keys) {
    for (const key of keys) {
      const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
      const code = {
        Enter: 13,
        Escape: 27,
        ArrowLeft: 37,
        ArrowUp: 38,
        ArrowRight: 39,
        ArrowDown: 40,
        Tab: 9,
      }[key];
      await this.send('Input.dispatchKeyEvent', {
        type: text ? 'keyDown' : 'rawKeyDown',
        key,
        text,
        windowsVirtualKeyCode: code,
      });
      await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode: code });
    }
    await this.settled();
  }

  async type(text) {
    await this.send('Input.insertText', { text });
    await this.settled();
  }

  async screenshot() {
    await this.settled();
    const { data } = await this.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: false });
    return Buffer.from(data, 'base64');
  }

  async close() {
    await this.chromium.send('Target.closeTarget', { targetId: this.target });
  }
}
