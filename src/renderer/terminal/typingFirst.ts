import type { TerminalId } from '../../shared/model/ids.ts';

/** So long the output of others waits for the echo of a key; there may be none, as of a password. */
const patienceMs = 60;
const againMs = 4;
/**
 * Beside somebody who types, now and then, the output of others is drawn this often, each time right after a key has been shown: the
 * next one is furthest away then. Who types no further finds it drawn at the latest then.
 */
const beside = { typesMs: 1_000, everyMs: 120, latestMs: 250 };

let pressed: { id: TerminalId; atMs: number } | null = null;
let last: { id: TerminalId; atMs: number } | null = null;
let besideTyping: { id: TerminalId; dueMs: number; goOn: () => void }[] = [];

/** A person typed into a terminal: what others print waits a moment, so that the echo does not. */
export function noteTyped(id: TerminalId): void {
  last = pressed = { id, atMs: performance.now() };
}

/** The terminal has shown something since. */
export function noteShown(id: TerminalId): void {
  if (pressed?.id !== id) return;
  pressed = null;
  // The echo is drawn in the next frame, and what others print after it.
  requestAnimationFrame(() => soon(drawDue));
}

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

function soon(action: () => void): void {
  waiting.push(action);
  channel.port2.postMessage(null);
}

function drawDue(): void {
  if (pressed !== null) return;
  const now = performance.now();
  const due = besideTyping.filter(({ dueMs }) => dueMs <= now);
  besideTyping = besideTyping.filter(({ dueMs }) => dueMs > now);
  for (const { goOn } of due) goOn();
}

/** Goes on with the output of a terminal after whatever else waits for the event loop, keys typed into other terminals first. */
export function afterTyping(id: TerminalId, goOn: () => void): void {
  const now = performance.now();
  if (pressed !== null && pressed.id !== id && now - pressed.atMs < patienceMs) {
    setTimeout(() => afterTyping(id, goOn), againMs);
    return;
  }
  if (last !== null && last.id !== id && now - last.atMs < beside.typesMs) {
    const entry = { id, dueMs: now + beside.everyMs, goOn };
    besideTyping.push(entry);
    setTimeout(() => {
      if (!besideTyping.includes(entry)) return;
      besideTyping.splice(besideTyping.indexOf(entry), 1);
      if (pressed === null || pressed.id === id) goOn();
      else afterTyping(id, goOn);
    }, beside.latestMs);
    return;
  }
  soon(goOn);
}
