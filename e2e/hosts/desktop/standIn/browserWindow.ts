import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from '@playwright/test';
import type { BrowserWindowConstructorOptions } from 'electron';
import { chromiumLaunch } from '../../../support/chromium.ts';
import { type Carried, PortsAcross, type StandInPort } from './ports.ts';
import { bindingName, type PageWorld, preloadScript, worldName } from './preloadWorld.ts';

/** Chromium knows no protocol of ours: its pages see this origin in its place. */
export const pageOrigin = 'https://pilothouse.invalid';
const appOrigin = 'app://pilothouse';

/** Answers a request of the page under the app's own protocol. */
export type PageHandler = (request: Request) => Response | Promise<Response>;

/** What windows share: the browser, the handler of the app's protocol, and where the pages' messages go. */
export const shared: { browser: Promise<Browser> | null; handler: PageHandler | null; ipc: EventEmitter; contentsCreated: (contents: unknown) => void } = {
  browser: null,
  handler: null,
  ipc: new EventEmitter(),
  contentsCreated: () => {},
};

/** Starts Chromium with a debugging port, by which a test drives the window. */
export function launchChromium(debuggingPort: number): Promise<Browser> {
  shared.browser ??= chromium.launch({ ...chromiumLaunch, args: [...chromiumLaunch.args, `--remote-debugging-port=${debuggingPort}`] });
  return shared.browser;
}

/** Electron's `WebContents`: a page of Chromium. */
class StandInContents extends EventEmitter {
  readonly #page: Promise<Page>;
  readonly #ports = new PortsAcross({ send: (id, message) => this.#inPage('portMessage', id, message) });
  #loaded: Promise<unknown> = Promise.resolve();
  #loading = true;
  #lastPort = 0;
  #destroyed = false;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.#page = this.#open(options);
  }

  async #open(options: BrowserWindowConstructorOptions): Promise<Page> {
    if (shared.browser === null) throw new Error('a window was opened before Electron was ready');
    const browser = await shared.browser;
    const page = await browser.newPage({ viewport: { width: options.width ?? 1440, height: options.height ?? 900 } });
    await page.exposeBinding(bindingName, (_source, kind: string, ...args: unknown[]) => this.#called(kind, args));
    await page.addInitScript(preloadScript(readFileSync(options.webPreferences?.preload ?? '', 'utf8'), pageOrigin));
    await page.route(/.*/, async (route) => {
      const url = route.request().url();
      if (!url.startsWith(`${pageOrigin}/`) || shared.handler === null) return route.abort('blockedbyclient');
      const answer = await shared.handler(new Request(appOrigin + url.slice(pageOrigin.length), { method: route.request().method() }));
      await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.arrayBuffer()) });
    });
    return page;
  }

  #called(kind: string, args: unknown[]): void {
    if (kind === 'port') {
      this.#ports.receive(args[0] as number, args[1] as Carried | 'close');
      return;
    }
    const [channel, values] = args as [string, unknown[]];
    shared.ipc.emit(channel, { sender: this, senderFrame: { origin: appOrigin, parent: null } }, ...values);
  }

  #inPage<K extends keyof PageWorld>(name: K, ...args: Parameters<PageWorld[K]>): void {
    void this.#loaded
      .then(() => this.#page)
      .then((page) =>
        page.evaluate(
          ([world, called, values]) => {
            const found = (window as unknown as Record<string, Record<string, (...values: unknown[]) => void> | undefined>)[world];
            found?.[called]?.(...values);
          },
          [worldName, name, args] as const,
        ),
      )
      // A page that is closing or reloading takes nothing any more.
      .catch(() => {});
  }

  load(url: string): Promise<void> {
    this.#loading = true;
    this.#ports.closeAll();
    const loaded = this.#page.then((page) => page.goto(url.replace(appOrigin, pageOrigin)));
    this.#loaded = loaded;
    return loaded.then(() => {
      this.#loading = false;
      this.emit('did-finish-load');
    });
  }

  send(channel: string, ...args: unknown[]): void {
    this.#inPage('deliver', channel, args, []);
  }

  postMessage(channel: string, message: unknown, ports: StandInPort[]): void {
    const ids = ports.map((port) => {
      this.#lastPort += 1;
      this.#ports.add(this.#lastPort, port);
      return this.#lastPort;
    });
    this.#inPage('deliver', channel, [message], ids);
  }

  isLoading(): boolean {
    return this.#loading;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setWindowOpenHandler(): void {}

  async close(): Promise<void> {
    this.#destroyed = true;
    this.#ports.closeAll();
    await (await this.#page).close();
  }
}

/** Windows open now, and the options of all that were opened. */
export const windows: { open: Set<StandInWindow>; options: BrowserWindowConstructorOptions[] } = { open: new Set(), options: [] };

/** Electron's `BrowserWindow`. */
export class StandInWindow extends EventEmitter {
  readonly webContents: StandInContents;
  readonly #bounds: { x: number; y: number; width: number; height: number };

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 1440, height: options.height ?? 900 };
    this.webContents = new StandInContents(options);
    windows.open.add(this);
    windows.options.push(options);
    shared.contentsCreated(this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.load(url);
    this.emit('ready-to-show');
  }

  async close(): Promise<void> {
    this.emit('close', {});
    await this.webContents.close();
    windows.open.delete(this);
    this.emit('closed');
  }

  getNormalBounds = () => this.#bounds;
  isMaximized = () => false;
  isMinimized = () => false;
  isFocused = () => false;
  isDestroyed = () => this.webContents.isDestroyed();
  show(): void {}
  focus(): void {}
  restore(): void {}
  maximize(): void {}
}
