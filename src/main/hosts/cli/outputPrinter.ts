import { StringDecoder } from 'node:string_decoder';
import type { Operation, OutputEntry } from '../../../shared/model/operation.ts';
import type { Output } from './terminalText.ts';

/**
 * Prints an operation's output line by line. With several servers each line carries its server's name; with one it is passed on as
 * it comes, its standard error to ours. Notes of Pilothouse itself go to stderr.
 */
export class OutputPrinter {
  readonly #output: Output;
  readonly #names: Map<string, string>;
  readonly #width: number;
  readonly #prefixed: boolean;
  readonly #partial = new Map<string, { decoder: StringDecoder; text: string; prefix: string }>();

  constructor(output: Output, operation: Pick<Operation, 'targets'>) {
    this.#output = output;
    this.#names = new Map(operation.targets.map((target) => [target.serverId, target.name]));
    this.#width = Math.max(0, ...operation.targets.map((target) => target.name.length));
    this.#prefixed = operation.targets.length > 1;
  }

  print(entry: OutputEntry): void {
    const bytes = Buffer.from(entry.data, entry.encoding === 'base64' ? 'base64' : 'utf8');
    if (entry.stream === 'note') {
      this.#output.note(this.#output.style('dim', bytes.toString().trimEnd()));
      return;
    }
    if (!this.#prefixed) {
      if (entry.stream === 'stderr') this.#output.rawError(bytes);
      else this.#output.raw(bytes);
      return;
    }
    const key = `${entry.serverId}/${entry.stream}`;
    const partial = this.#partial.get(key) ?? { decoder: new StringDecoder('utf8'), text: '', prefix: this.#prefix(entry) };
    this.#partial.set(key, partial);
    const lines = (partial.text + partial.decoder.write(bytes)).split('\n');
    partial.text = lines.pop() ?? '';
    for (const line of lines) this.#output.line(partial.prefix + line);
  }

  /** Prints last lines that did not end with a newline. */
  end(): void {
    for (const { text, prefix } of this.#partial.values()) if (text !== '') this.#output.line(prefix + text);
    this.#partial.clear();
  }

  #prefix(entry: OutputEntry): string {
    const name = (entry.serverId === null ? '' : this.#names.get(entry.serverId)) ?? '';
    return `${this.#output.style('cyan', name.padEnd(this.#width))}  `;
  }
}
