import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import type { TerminalId } from '../../shared/model/ids.ts';
import type { TerminalFrame } from '../../shared/model/stream.ts';
import { client } from '../client/client.ts';
import { isConnectionError, toSerializedError } from '../client/clientError.ts';
import { acknowledge, beforeRetry } from '../client/streams.ts';
import { canDrawWithGpu, loadWebgl } from './gpuRenderer.ts';
import { terminalTheme } from './terminalTheme.ts';

/** What a pane shows of a terminal beside its screen. */
export interface TerminalStatus {
  state: 'opening' | 'open' | 'reconnecting' | 'closed';
  reason: string | null;
  /** The element it stands in now; another pane says so instead of showing it twice. */
  shownIn: HTMLElement | null;
}

/** The window's one screen of a terminal that the core holds. It lives on while no pane shows it. */
export interface TerminalController {
  status(): TerminalStatus;
  subscribe(listener: () => void): () => void;
  /** Puts the screen into an element, taking it from where it was. The result takes it away again. */
  show(element: HTMLElement): () => void;
  focus(): void;
  find(text: string, backwards?: boolean): void;
  setFont(sizePx: number): void;
  /** Everything on the screen and in the scrollback, as text. */
  text(): string;
  dispose(): void;
}

interface ControllerOptions {
  fontSizePx: number;
  scrollback: number;
}

/** Makes the screen of a terminal and follows its stream: each frame is acknowledged once xterm has drawn it. */
export function createTerminalController(id: TerminalId, options: ControllerOptions): TerminalController {
  const xterm = new Terminal({
    allowProposedApi: true,
    fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
    fontSize: options.fontSizePx,
    lineHeight: 1.25,
    scrollback: options.scrollback,
    cursorBlink: false,
    theme: terminalTheme(),
    minimumContrastRatio: 4.5,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  xterm.loadAddon(fit);
  xterm.loadAddon(search);
  xterm.loadAddon(new Unicode11Addon());
  xterm.loadAddon(new WebLinksAddon((_event, uri) => window.open(uri, '_blank', 'noopener')));
  xterm.unicode.activeVersion = '11';

  const host = document.createElement('div');
  host.className = 'absolute inset-0 px-2 pt-1.5';
  const stopping = new AbortController();
  const listeners = new Set<() => void>();
  let status: TerminalStatus = { state: 'opening', reason: null, shownIn: null };
  let offset: number | null = null;
  let opened = false;
  let snapshotText = '';

  const change = (next: Partial<TerminalStatus>) => {
    status = { ...status, ...next };
    for (const listener of [...listeners]) listener();
  };
  const write = (data: string | Uint8Array, done: () => void) => xterm.write(data, done);

  const take = (frame: TerminalFrame, streamId: { value: string }) => {
    if (frame.type === 'open') {
      streamId.value = frame.streamId;
      return;
    }
    const acknowledgeFrame = () => acknowledge(streamId.value as never, frame.cost);
    if (frame.type === 'snapshot') {
      snapshotText = frame.first ? frame.text : snapshotText + frame.text;
      if (!frame.last) return acknowledgeFrame();
      xterm.reset();
      offset = frame.offset;
      write(snapshotText, acknowledgeFrame);
      snapshotText = '';
    } else if (frame.type === 'bytes') {
      const bytes = Uint8Array.from(atob(frame.data), (character) => character.charCodeAt(0));
      offset = frame.offset + bytes.length;
      write(bytes, acknowledgeFrame);
    } else {
      if (frame.type === 'state') change({ state: frame.state, reason: frame.reason });
      acknowledgeFrame();
    }
  };

  const follow = async () => {
    let failures = 0;
    while (!stopping.signal.aborted && status.state !== 'closed') {
      try {
        const streamId = { value: '' };
        const stream = await client.terminals.attach({ id, ...(offset === null ? {} : { afterOffset: offset }) }, { signal: stopping.signal });
        if (status.state !== 'open') change({ state: 'open', reason: null });
        for await (const frame of stream) {
          failures = 0;
          take(frame, streamId);
        }
      } catch (error) {
        if (stopping.signal.aborted) return;
        const coded = toSerializedError(error);
        if (!isConnectionError(error) && coded.code === 'terminal.not-found') {
          change({ state: 'closed', reason: 'the core no longer holds it' });
          return;
        }
      }
      if (stopping.signal.aborted || (status.state as string) === 'closed') return;
      failures += 1;
      change({ state: 'reconnecting', reason: null });
      await beforeRetry(failures, stopping.signal).catch(() => {});
    }
  };
  void follow();

  // Keystrokes of one tick go together, in order; the core keeps the order of calls.
  let typed = '';
  xterm.onData((data) => {
    if (typed === '') {
      queueMicrotask(() => {
        const sent = typed;
        typed = '';
        for (let at = 0; at < sent.length; at += 32_768) client.terminals.write({ id, data: sent.slice(at, at + 32_768) }).catch(() => {});
      });
    }
    typed += data;
  });
  xterm.onResize(({ cols, rows }) => void client.terminals.resize({ id, cols, rows }).catch(() => {}));

  const observer = new ResizeObserver(() => host.isConnected && host.clientWidth > 20 && fit.fit());
  observer.observe(host);
  const themes = new MutationObserver(() => {
    xterm.options.theme = terminalTheme();
  });
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });

  return {
    status: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show(element) {
      element.append(host);
      if (!opened) {
        opened = true;
        xterm.open(host);
        if (canDrawWithGpu()) loadWebgl(xterm);
      }
      xterm.options.theme = terminalTheme();
      fit.fit();
      change({ shownIn: element });
      return () => {
        if (status.shownIn !== element) return;
        host.remove();
        change({ shownIn: null });
      };
    },
    focus: () => xterm.focus(),
    find: (text, backwards = false) => void (backwards ? search.findPrevious(text) : search.findNext(text)),
    setFont(sizePx) {
      xterm.options.fontSize = sizePx;
      if (host.isConnected) fit.fit();
    },
    text() {
      const buffer = xterm.buffer.active;
      return Array.from({ length: buffer.length }, (_, line) => buffer.getLine(line)?.translateToString(true) ?? '')
        .join('\n')
        .trimEnd();
    },
    dispose() {
      stopping.abort();
      observer.disconnect();
      themes.disconnect();
      host.remove();
      xterm.dispose();
    },
  };
}
