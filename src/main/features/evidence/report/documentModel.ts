/** How something is meant: the colour of its mark, never the only sign of it. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'muted';

/** One cell of a table. */
export interface DocumentCell {
  text: string;
  tone?: Tone;
  mono?: boolean;
}

/** A part of a document. Every renderer knows all of them, and nothing else. */
export type Block =
  | { kind: 'heading'; level: 2 | 3; text: string }
  | { kind: 'text'; text: string; tone?: Tone }
  | { kind: 'facts'; rows: { label: string; value: DocumentCell }[] }
  /** `widths`: parts of the whole for each column. */
  | { kind: 'table'; head: string[]; rows: DocumentCell[][]; widths: number[] }
  | { kind: 'code'; text: string; caption: string }
  | { kind: 'new-page' };

/** A report as a sequence of blocks, before it is written in Markdown, HTML or PDF. */
export interface ReportDocument {
  title: string;
  subtitle: string;
  verdict: DocumentCell;
  /** One line that stands on every page. */
  footer: string;
  createdAtMs: number;
  blocks: Block[];
}
