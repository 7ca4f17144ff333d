import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { type Browser, chromium, expect, type Page } from '@playwright/test';

/** The built desktop program over the stand-in for Electron. */
export interface StandInDesktop {
  page: Page;
  /** Asks for something and gives what the program tells of it under `event`. */
  ask<T>(command: string, event: string): Promise<T>;
  command(command: string, detail?: string): void;
  /** The next thing of this kind that the program tells. */
  next<T>(event: string): Promise<T>;
  /** Resolves to the exit code once the application has ended. */
  ended: Promise<number | null>;
  /** Ends the application however it stands. */
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function connectBrowser(port: number): Promise<Browser> {
  let browser: Browser | undefined;
  await expect(async () => {
    browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  }).toPass({ timeout: 20_000 });
  if (browser === undefined) throw new Error('no browser');
  return browser;
}

/** Starts `out/main/desktop.js` on a data directory, with the stand-in in the place of Electron, and waits for its page. */
export async function launchStandIn(dataDirectory: string): Promise<StandInDesktop> {
  const root = resolve(import.meta.dirname, '../../..');
  const port = await freePort();
  const register = new URL('./standIn/register.ts', import.meta.url).href;
  const child: ChildProcess = fork(join(root, 'out', 'main', 'desktop.js'), ['--data', dataDirectory], {
    execArgv: ['--import', register],
    env: { ...process.env, STAND_IN_DEBUGGING_PORT: String(port), NODE_OPTIONS: '' },
  });
  const told = new EventEmitter();
  child.on('message', (message: { event: string; detail: unknown }) => told.emit(message.event, message.detail));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const next = async <T>(event: string) => ((await once(told, event)) as [T])[0];
  const browser = await connectBrowser(port);
  let page: Page | undefined;
  await expect(() => {
    page = browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((each) => each.url().startsWith('https://pilothouse.invalid/'));
    expect(page).toBeDefined();
  }).toPass({ timeout: 20_000 });
  if (page === undefined) throw new Error('no page');
  return {
    page,
    next,
    ended,
    command: (command, detail) => child.send({ command, detail }),
    async ask<T>(command: string, event: string) {
      const answer = next<T>(event);
      child.send({ command });
      return answer;
    },
    async close() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
