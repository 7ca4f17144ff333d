/** What one chat completion came to. */
export interface ChatFigures {
  /** Text of the answer, without the model's thoughts. */
  text: string;
  /** Characters of thoughts: they count as tokens, and are no answer. */
  thoughts: number;
  /** From sending the request to the first token; null: none came, or it was not streamed. */
  firstTokenMs: number | null;
  /** From the first token to the last; null: fewer than two came, or it was not streamed. */
  tokensPerS: number | null;
  tokens: number;
  /** Where the number of tokens is from: the endpoint's own count, or the pieces of the stream. */
  counted: 'usage' | 'pieces';
}

interface Delta {
  content?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
}

/** Gathers a chat completion from its pieces. Streamed as server-sent events (https://platform.openai.com/docs/api-reference/chat-streaming), or whole. */
export class ChatStream {
  #rest = '';
  #whole = '';
  #isStream = false;
  #text = '';
  #thoughts = 0;
  #pieces = 0;
  #usage: number | null = null;
  #firstMs: number | null = null;
  #lastMs = 0;

  /** Takes the next piece of the body, and how many milliseconds after the request it came. */
  push(text: string, afterMs: number): void {
    this.#whole = (this.#whole + text).slice(0, 262_144);
    this.#rest += text;
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line.trimEnd(), afterMs);
  }

  /** What it came to. */
  figures(): ChatFigures {
    if (!this.#isStream) this.#plain();
    const tokens = this.#usage ?? this.#pieces;
    const spanMs = this.#firstMs === null ? 0 : this.#lastMs - this.#firstMs;
    return {
      ...{ text: this.#text, thoughts: this.#thoughts, firstTokenMs: this.#isStream ? this.#firstMs : null, tokens },
      tokensPerS: this.#isStream && spanMs > 0 && tokens > 1 ? ((tokens - 1) * 1000) / spanMs : null,
      counted: this.#usage === null ? 'pieces' : 'usage',
    };
  }

  #line(line: string, afterMs: number): void {
    if (!line.startsWith('data:')) return;
    this.#isStream = true;
    const data = line.slice(5).trim();
    if (data === '[DONE]') return;
    const chunk = parse(data);
    if (chunk === null) return;
    this.#countUsage(chunk);
    if (this.#take(chunk.choices?.[0]?.delta ?? {})) {
      this.#firstMs ??= afterMs;
      this.#lastMs = afterMs;
      this.#pieces += 1;
    }
  }

  #plain(): void {
    const chunk = parse(this.#whole);
    if (chunk === null || this.#text !== '' || this.#thoughts > 0) return;
    this.#countUsage(chunk);
    if (this.#take(chunk.choices?.[0]?.message ?? {})) this.#pieces = 1;
  }

  /** Whether there was any of it. A first piece that only names the role is no token. */
  #take(delta: Delta): boolean {
    const content = textOf(delta.content);
    const thoughts = textOf(delta.reasoning_content) + textOf(delta.reasoning);
    this.#text += content;
    this.#thoughts += thoughts.trim().length;
    return content !== '' || thoughts !== '';
  }

  #countUsage(chunk: Chunk): void {
    const count = chunk.usage?.completion_tokens;
    if (typeof count === 'number' && count > 0) this.#usage = count;
  }
}

interface Chunk {
  choices?: { delta?: Delta; message?: Delta }[];
  usage?: { completion_tokens?: unknown } | null;
}

function parse(text: string): Chunk | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Chunk) : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
