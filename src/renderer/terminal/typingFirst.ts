import type { TerminalId } from '../../shared/model/ids.ts';

/** So long the output of others waits for the echo of a key; there may be none, as of a password. */
const patienceMs = 60;
const againMs = 4;
/** Beside somebody who types, now and then, the output of others is drawn this often: each drawing takes half a frame from the keys. */
const beside = { typesMs: 1_000, everyMs: 120 };

let pressed: { id: TerminalId; atMs: number } | null = null;
let last: { id: TerminalId; atMs: number } | null = null;

/** A person typed into a terminal: what others print waits a moment, so that the echo does not. */
export function noteTyped(id: TerminalId): void {
  last = pressed = { id, atMs: performance.now() };
}

/** The terminal has shown something since. */
export function noteShown(id: TerminalId): void {
  if (pressed?.id === id) pressed = null;
}

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/** Goes on with the output of a terminal after whatever else waits for the event loop, keys typed into other terminals first. */
export function afterTyping(id: TerminalId, goOn: () => void): void {
  if (pressed !== null && pressed.id !== id && performance.now() - pressed.atMs < patienceMs) {
    setTimeout(() => afterTyping(id, goOn), againMs);
    return;
  }
  if (last !== null && last.id !== id && performance.now() - last.atMs < beside.typesMs) {
    setTimeout(() => (pressed === null || pressed.id === id ? goOn() : afterTyping(id, goOn)), beside.everyMs);
    return;
  }
  waiting.push(goOn);
  channel.port2.postMessage(null);
}
