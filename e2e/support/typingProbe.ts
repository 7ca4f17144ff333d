import type { Page } from '@playwright/test';

/** What was measured of keys in a page, in ms: from the key itself to the emulator having taken the echo, and to its being painted. */
export interface TypedKeys {
  written: number[];
  painted: number[];
}

/**
 * Measures a page from outside of the app: bytes that its terminals took, and the way of a key. That the emulator has taken the echo
 * of a key is known by the acknowledgement that its callback sends; an echo is smaller than anything a busy terminal prints.
 */
export async function installTypingProbe(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const probe = { bytes: 0, pressedMs: null as number | null, written: [] as number[], painted: [] as number[], lastPressMs: 0 };
    Object.assign(window, { probe });
    const bytesClass = Uint8Array as unknown as { fromBase64(text: string): Uint8Array };
    const decode = bytesClass.fromBase64.bind(Uint8Array);
    bytesClass.fromBase64 = (text) => {
      const bytes = decode(text);
      probe.bytes += bytes.length;
      return bytes;
    };
    let waitsForPaint = false;
    addEventListener(
      'keydown',
      (event) => {
        probe.lastPressMs = performance.timeOrigin + event.timeStamp;
        if (event.key.length === 1 && !event.ctrlKey) {
          probe.pressedMs = event.timeStamp;
          waitsForPaint = true;
        }
      },
      { capture: true },
    );
    const text = new TextDecoder();
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
      const message = typeof data === 'string' ? data : data instanceof Uint8Array ? text.decode(data) : '';
      const cost = /"cost":(\d+)/.exec(message);
      if (cost && Number(cost[1]) <= 4 && probe.pressedMs !== null) {
        probe.written.push(performance.now() - probe.pressedMs);
        probe.pressedMs = null;
      }
      send.call(this, data);
    };
    let watched: Element | null = null;
    let at = 0;
    const observer = new MutationObserver(() => {
      if (!waitsForPaint) return;
      waitsForPaint = false;
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        // After the frame: what was drawn in it is on the way to the screen.
        channel.port1.onmessage = () => probe.painted.push(performance.now() - at);
        channel.port2.postMessage(null);
      });
    });
    addEventListener(
      'keydown',
      (event) => {
        at = event.timeStamp;
        const rows = (event.target as Element).closest('.xterm')?.querySelector('.xterm-rows') ?? null;
        if (rows === watched || !rows) return;
        watched = rows;
        observer.disconnect();
        observer.observe(rows, { childList: true, subtree: true, characterData: true });
      },
      { capture: true },
    );
  });
}

interface Probe extends TypedKeys {
  bytes: number;
  lastPressMs: number;
}

/** What the probe holds, and forgets thereby of keys. */
export async function readProbe(page: Page): Promise<Probe> {
  return page.evaluate(() => {
    const { probe } = window as unknown as { probe: Probe };
    const read = { ...probe };
    probe.written = [];
    probe.painted = [];
    return read;
  });
}

/** The value below which a share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
