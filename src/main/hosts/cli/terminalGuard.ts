import { StringDecoder } from 'node:string_decoder';

/** Colours and weight (SGR) may reach a terminal; nothing else that begins with an escape may. ECMA-48. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is looked for
const control = /\u001b\[[0-9;:]*m|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
/** The beginning of an escape sequence that may become one for colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const unfinished = /\u001b(?:\[[0-9;:]{0,40})?$/;

/** Makes visible what would move the cursor, change the title or ask the terminal something; colours are kept. */
export function disarmed(text: string): string {
  return text.replace(control, (found) => (found.length > 1 ? found : `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`));
}

/** Disarms bytes that come in pieces, wherever they were cut. */
export class TerminalGuard {
  readonly #decoder = new StringDecoder('utf8');
  #held = '';

  take(bytes: Uint8Array | string): string {
    const text = this.#held + (typeof bytes === 'string' ? bytes : this.#decoder.write(Buffer.from(bytes)));
    const at = unfinished.exec(text)?.index ?? text.length;
    this.#held = text.slice(at);
    return disarmed(text.slice(0, at));
  }
}
