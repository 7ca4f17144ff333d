import { FitAddon } from '@xterm/addon-fit';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import type { TerminalId } from '../../shared/model/ids.ts';
import { boundUnicode } from './boundedUnicode.ts';
import { canDrawWithGpu, loadWebgl } from './gpuRenderer.ts';
import { createPacedWriter } from './pacedWriter.ts';
import { forgetPane, notePane } from './paneFacts.ts';
import { createPaneSearch, type SearchQuery, type SearchResult } from './paneSearch.ts';
import { keepQuiet, safeAddress } from './quietParser.ts';
import { createSizing } from './sizing.ts';
import { type FeedState, followTerminal } from './terminalFeed.ts';
import { type PaneTheme, terminalTheme } from './terminalTheme.ts';
import { pasteWarning, plainTitle } from './textRules.ts';
import { createTyping } from './typing.ts';
import { afterTyping, noteShown, noteTyped } from './typingFirst.ts';

/** What a pane shows of a terminal beside its screen. */
export interface TerminalStatus extends FeedState {
  /** The element it stands in now; another pane says so instead of showing it twice. */
  shownIn: HTMLElement | null;
  /** What the program calls itself, as one short plain line; empty: nothing. */
  title: string;
  /** When it last rang, in ms of the window's clock; at most once a second. */
  rangAtMs: number | null;
  hasSelection: boolean;
  /** Another window made it this size; the pane shows it so until it is fitted again. */
  sizedElsewhere: boolean;
  search: SearchResult | null;
  /** What the person is asked before it goes on. */
  question: { kind: 'paste'; text: string } | { kind: 'link'; address: string } | null;
}

/** How panes look. */
export interface PaneLook {
  fontSizePx: number;
  fontFamily: string;
  cursor: 'block' | 'bar' | 'underline';
  cursorBlink: boolean;
  theme: PaneTheme;
  scrollback: number;
}

/** The window's one screen of a terminal that the core holds. It lives on while no pane shows it. */
export interface TerminalController {
  status(): TerminalStatus;
  subscribe(listener: () => void): () => void;
  /** Puts the screen into an element, taking it from where it was. The result takes it away again. */
  show(element: HTMLElement): () => void;
  focus(): void;
  /** Makes the shell as large as the pane again. */
  fit(): void;
  find(query: SearchQuery, how: 'next' | 'previous' | 'here'): void;
  endSearch(): void;
  setLook(look: PaneLook): void;
  selection(): string;
  selectAll(): void;
  /** Pastes as the person would; what is worth a second look is asked first. */
  paste(text: string): void;
  answer(goOn: boolean): void;
  clearScrollback(): void;
  /** Everything on the screen and in the scrollback, as text. */
  text(): string;
  dispose(): void;
}

const bellPauseMs = 1_000;
const lineHeight = 1.25;

/** Makes the screen of a terminal and follows its stream: each frame is acknowledged once xterm has taken it. */
export function createTerminalController(id: TerminalId, look: PaneLook): TerminalController {
  const xterm = new Terminal({
    ...optionsOf(look),
    allowProposedApi: true,
    logLevel: 'off',
    lineHeight,
    minimumContrastRatio: 4.5,
  });
  const host = document.createElement('div');
  // Without padding of its own, which the fitting would take for room.
  host.className = 'absolute top-1.5 right-0 bottom-0 left-2';
  const stopping = new AbortController();
  const listeners = new Set<() => void>();
  let theme = look.theme;
  let opened = false;
  let status: TerminalStatus = {
    state: 'opening',
    reason: null,
    shownIn: null,
    title: '',
    rangAtMs: null,
    hasSelection: false,
    sizedElsewhere: false,
    search: null,
    question: null,
  };
  const change = (next: Partial<TerminalStatus>) => {
    status = { ...status, ...next };
    notePane(id, { state: status.state, title: status.title });
    for (const listener of [...listeners]) listener();
  };

  const quiet = keepQuiet(xterm);
  boundUnicode(xterm);
  const fitting = new FitAddon();
  xterm.loadAddon(fitting);
  const ask = (address: string) => {
    const safe = safeAddress(address);
    if (safe !== null) change({ question: { kind: 'link', address: safe } });
  };
  xterm.loadAddon(new WebLinksAddon((_event, address) => ask(address), { urlRegex: /https:\/\/[^\s"'<>`\\^{|}]+[^\s"'<>`\\^{|}.,:;!?)\]]/ }));
  xterm.options.linkHandler = { activate: (_event, address) => ask(address) };
  const search = createPaneSearch(xterm, (result) => change({ search: result }));

  const writer = createPacedWriter(
    xterm,
    () => xterm.options.scrollback ?? 0,
    (goOn) => afterTyping(id, () => !stopping.signal.aborted && goOn()),
  );
  const size = createSizing(id, xterm, fitting, host, (sizedElsewhere) => sizedElsewhere !== status.sizedElsewhere && change({ sizedElsewhere }));
  void followTerminal(
    id,
    {
      replace(text, was, done) {
        writer.restart(() => {
          xterm.reset();
          quiet.begin();
          size.startFrom(was);
          // Written at the size that it was drawn for, then fitted to the pane, which wraps its lines anew.
          xterm.write(text, () => {
            size.fit();
            done();
          });
        });
      },
      append(bytes, done) {
        writer.write(bytes, () => {
          noteShown(id);
          done();
        });
      },
      resized: size.told,
      changed: (state) => change(state),
    },
    stopping.signal,
  );

  const send = createTyping(id);
  const type = (data: string) => {
    noteTyped(id);
    send(data);
  };
  xterm.onData((data) => {
    if (!quiet.speaking && status.state !== 'closed') type(data);
  });
  xterm.onBinary((data) => {
    if (!quiet.speaking && status.state !== 'closed') type(data);
  });
  xterm.onTitleChange((title) => {
    const plain = plainTitle(title);
    if (plain !== status.title) change({ title: plain });
  });
  xterm.onBell(() => {
    const nowMs = performance.now();
    if (status.rangAtMs === null || nowMs - status.rangAtMs >= bellPauseMs) {
      change({ rangAtMs: nowMs });
      if (!host.contains(document.activeElement)) notePane(id, { rang: true });
    }
  });
  xterm.onSelectionChange(() => xterm.hasSelection() !== status.hasSelection && change({ hasSelection: xterm.hasSelection() }));

  host.addEventListener('focusin', () => notePane(id, { rang: false }));

  const paste = (text: string) => {
    if (text !== '') xterm.paste(text);
    xterm.focus();
  };
  const controller: TerminalController = {
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
      xterm.options.theme = terminalTheme(theme);
      size.fit();
      change({ shownIn: element });
      return () => {
        if (status.shownIn !== element) return;
        host.remove();
        change({ shownIn: null });
      };
    },
    focus: () => xterm.focus(),
    fit: size.fit,
    find: search.find,
    endSearch: search.clear,
    setLook(next) {
      theme = next.theme;
      Object.assign(xterm.options, optionsOf(next));
      host.style.colorScheme = next.theme === 'app' ? '' : next.theme;
      size.fit();
    },
    selection: () => xterm.getSelection(),
    selectAll: () => xterm.selectAll(),
    paste: (text) => (pasteWarning(text) ? change({ question: { kind: 'paste', text } }) : paste(text)),
    answer(goOn) {
      const { question } = status;
      change({ question: null });
      if (goOn && question?.kind === 'paste') paste(question.text);
      else xterm.focus();
    },
    clearScrollback: () => xterm.clear(),
    text() {
      const buffer = xterm.buffer.active;
      return Array.from({ length: buffer.length }, (_, line) => buffer.getLine(line)?.translateToString(true) ?? '')
        .join('\n')
        .trimEnd();
    },
    dispose() {
      stopping.abort();
      size.dispose();
      themes.disconnect();
      host.remove();
      xterm.dispose();
      forgetPane(id);
    },
  };
  // Whatever way a paste takes, it is looked at before the emulator has it.
  host.addEventListener(
    'paste',
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      controller.paste(event.clipboardData?.getData('text/plain') ?? '');
    },
    { capture: true },
  );
  const themes = new MutationObserver(() => {
    xterm.options.theme = terminalTheme(theme);
  });
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return controller;
}

function optionsOf({ fontSizePx, fontFamily, cursor, cursorBlink, theme, scrollback }: PaneLook) {
  const own = fontFamily === '' ? '' : `"${fontFamily.replace(/["\\]/g, '')}", `;
  return {
    fontSize: fontSizePx,
    fontFamily: `${own}"JetBrains Mono Variable", ui-monospace, monospace`,
    cursorStyle: cursor,
    cursorBlink,
    scrollback,
    theme: terminalTheme(theme),
  };
}
