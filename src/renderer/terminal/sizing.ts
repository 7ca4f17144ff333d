import type { FitAddon } from '@xterm/addon-fit';
import type { Terminal } from '@xterm/xterm';
import type { TerminalId } from '../../shared/model/ids.ts';
import { client } from '../client/client.ts';

interface Size {
  cols: number;
  rows: number;
}

const pauseMs = 60;
const sameSize = (one: Size, other: Size) => one.cols === other.cols && one.rows === other.rows;

/** Keeps pane and shell of one size: the pane's, until another window that shows it too makes it another. */
export function createSizing(id: TerminalId, xterm: Terminal, fitting: FitAddon, host: HTMLElement, onElsewhere: (elsewhere: boolean) => void) {
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** Sizes that were asked for here and not yet told back. */
  let asked: Size[] = [];
  let wanted: Size | null = null;
  /** Another window made it what it is; two that both insisted would never come to rest. */
  let elsewhere = false;
  const note = (now: boolean) => {
    elsewhere = now;
    onElsewhere(now);
  };
  /** What the shell has, as far as is known. */
  let known: Size | null = null;

  const send = () => {
    timer = null;
    const next = wanted;
    wanted = null;
    if (!next || (known && sameSize(known, next))) return;
    known = next;
    asked = [...asked.slice(-8), next];
    client.terminals.resize({ id, ...next }).catch(() => {
      // It is asked for again with the next look at the pane.
      known = null;
    });
  };
  const become = ({ cols, rows }: Size) => {
    if (!sameSize(xterm, { cols, rows })) xterm.resize(Math.max(2, cols), Math.max(1, rows));
  };
  const fitPane = () => {
    if (!host.isConnected || host.clientWidth < 20 || host.clientHeight < 20) return;
    const proposed = fitting.proposeDimensions();
    if (!proposed || !Number.isFinite(proposed.cols) || !Number.isFinite(proposed.rows)) return;
    const next = { cols: Math.max(2, Math.min(1_000, proposed.cols)), rows: Math.max(1, Math.min(500, proposed.rows)) };
    become(next);
    note(false);
    // While an edge is dragged the shell is told of the last size only.
    wanted = next;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(send, pauseMs);
  };

  let lastFitted = '';
  const observer = new ResizeObserver(() => {
    const now = `${host.clientWidth}x${host.clientHeight}`;
    if (now === lastFitted) return;
    lastFitted = now;
    if (!elsewhere) fitPane();
  });
  observer.observe(host);

  return {
    fit: fitPane,
    /** A screen of this size comes; the shell has it too. */
    startFrom({ cols, rows }: Size) {
      known = { cols, rows };
      asked = [];
      become(known);
    },
    /** The shell has this size now, whoever asked for it. */
    told({ cols, rows }: Size) {
      const own = asked.findIndex((size) => sameSize(size, { cols, rows }));
      if (own >= 0) {
        asked = asked.slice(own + 1);
        return;
      }
      known = { cols, rows };
      if (wanted || sameSize(xterm, { cols, rows })) return;
      become({ cols, rows });
      note(true);
    },
    dispose() {
      observer.disconnect();
      if (timer !== null) clearTimeout(timer);
    },
  };
}
