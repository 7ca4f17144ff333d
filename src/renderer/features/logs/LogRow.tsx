import { ChevronDown, ChevronRight } from 'lucide-react';
import { Fragment, memo, type ReactNode } from 'react';
import type { LogLevel } from '../../../shared/model/logLevel.ts';
import { type AnsiSpan, parseAnsi } from '../../ui/ansi.ts';
import { cx } from '../../ui/cx.ts';
import type { HeldLine } from './heldLines.ts';
import { JsonView } from './JsonView.tsx';
import { jsonIn } from './jsonLine.ts';
import type { Needle } from './logFilter.ts';
import { lineTime, type TimeStyle } from './logTimes.ts';

/** Characters of a line that are shown before it is expanded. */
export const shownChars = 4_096;
/** And after it was. */
export const expandedChars = 262_144;

const levelMarks: Record<LogLevel, { letter: string; look: string }> = {
  debug: { letter: 'D', look: 'text-faint' },
  info: { letter: 'I', look: 'text-faint' },
  warn: { letter: 'W', look: 'text-warn font-semibold' },
  error: { letter: 'E', look: 'text-bad font-semibold' },
  fatal: { letter: 'F', look: 'rounded-xs bg-bad text-bg font-semibold' },
};

/** A text of exactly so many characters, as the columns of a row need it. */
function column(text: string, chars: number): string {
  return text.length > chars ? `${text.slice(0, chars - 1)}…` : text.padEnd(chars);
}

/** The parts of a span, those that were looked for marked. `from` is where it begins in the line. */
function marked(text: string, from: number, ranges: readonly [number, number][], isCurrent: boolean): ReactNode {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    const first = Math.max(0, start - from);
    const last = Math.min(text.length, end - from);
    if (last <= at || first >= text.length) continue;
    if (first > at) parts.push(text.slice(at, first));
    parts.push(
      <mark key={first} className={isCurrent ? 'rounded-xs bg-warn text-bg' : 'rounded-xs bg-warn/30 text-text'}>
        {text.slice(Math.max(at, first), last)}
      </mark>,
    );
    at = last;
  }
  if (at === 0) return text;
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

function Spans({ spans, ranges, isCurrent }: { spans: readonly AnsiSpan[]; ranges: readonly [number, number][]; isCurrent: boolean }) {
  let from = 0;
  return spans.map((span, index) => {
    const content = ranges.length === 0 ? span.text : marked(span.text, from, ranges, isCurrent);
    from += span.text.length;
    const isPlain = span.tone === null && !span.bold && !span.italic && !span.underline;
    if (isPlain) return <Fragment key={index}>{content}</Fragment>;
    return (
      <span
        key={index}
        className={cx(
          span.tone,
          span.bold && 'font-semibold',
          span.bold && span.tone === null && 'text-text',
          span.italic && 'italic',
          span.underline && 'underline',
        )}
      >
        {content}
      </span>
    );
  });
}

/** How rows are drawn; the same for all of them. */
export interface RowLook {
  times: TimeStyle;
  withDates: boolean;
  wrap: boolean;
  /** Width of the names of sources in characters. */
  laneChars: number;
  laneLabel(line: HeldLine): string;
  needle: Needle | null;
}

/** Characters before the text of each row: source, time, level. */
export function prefixChars(look: Pick<RowLook, 'times' | 'withDates' | 'laneChars'>): number {
  return look.laneChars + 1 + (look.times === 'off' ? 0 : (look.withDates ? 18 : 12) + 1) + 2;
}

interface LogRowProps {
  line: HeldLine;
  look: RowLook;
  isCurrent: boolean;
  isExpanded: boolean;
  /** How many characters it has outside of what is held; it changes while a line grows. */
  cut: number;
  onToggle(line: HeldLine): void;
}

const textTone = (line: HeldLine) => (line.level === 'error' || line.level === 'fatal' || line.level === 'warn' ? 'text-text' : 'text-muted');

/** One line: its source in the source's colour, its time, its level, its text. */
export const LogRow = memo(function LogRow({ line, look, isCurrent, isExpanded, cut, onToggle }: LogRowProps) {
  const limit = isExpanded ? expandedChars : shownChars;
  const isLong = line.plain.length > limit;
  const spans = parseAnsi(line.text.length > limit * 2 ? line.text.slice(0, limit * 2) : line.text);
  const shown = isLong ? clip(spans, limit) : spans;
  const left = line.plain.length - limit;
  const json = line.gap ? null : jsonIn(line.plain);
  const canExpand = json !== null || line.plain.length > shownChars;
  const before = prefixChars(look);
  const isWrapped = look.wrap || isExpanded;
  // Lines are text with nothing but text in them, and hang below their first: ten thousand a second have to be laid out.
  const style = isWrapped ? { paddingLeft: `calc(12px + ${before}ch)`, textIndent: `-${before}ch` } : undefined;
  const place = { 'data-line': line.id, 'aria-current': isCurrent || undefined, style };
  const shape = cx('relative min-h-[18px] pr-3 pl-3', isWrapped ? 'break-all whitespace-pre-wrap' : 'h-[18px] whitespace-pre [contain:strict]');
  const time = look.times === 'off' ? '' : `${lineTime(line.atMs, look.times, look.withDates)} `;
  if (line.gap) {
    return (
      <div {...place} className={cx(shape, 'bg-warn-bg text-warn aria-current:bg-accent-bg')}>
        {`${column(look.laneLabel(line), look.laneChars)} ${time}⚠ lines are missing here: ${line.plain}`}
      </div>
    );
  }
  const mark = line.level === null ? null : levelMarks[line.level];
  return (
    <div {...place} className={cx(shape, 'hover:bg-raised/60 aria-current:bg-accent-bg', textTone(line), isCurrent && 'shadow-[inset_2px_0_0_var(--accent)]')}>
      <span title={`${line.lane.serverName} · ${line.lane.name}`} style={{ color: `var(--lane-${line.lane.colour})` }}>
        {column(look.laneLabel(line), look.laneChars)}
      </span>
      <span className="text-faint" title={new Date(line.atMs).toISOString()}>
        {' '}
        {time}
      </span>
      {mark === null ? (
        '  '
      ) : (
        <>
          <span title={line.level ?? undefined} className={mark.look}>
            {mark.letter}
          </span>{' '}
        </>
      )}
      {canExpand && (
        <button
          type="button"
          tabIndex={-1}
          aria-expanded={isExpanded}
          aria-label={isExpanded ? 'Fold this line' : 'Expand this line'}
          onClick={() => onToggle(line)}
          className="inline-flex h-[14px] w-[2ch] items-center rounded-xs align-[-2px] indent-0 text-faint hover:bg-raised hover:text-text"
        >
          {isExpanded ? <ChevronDown aria-hidden size={12} /> : <ChevronRight aria-hidden size={12} />}
        </button>
      )}
      <Spans spans={shown} ranges={look.needle?.ranges(isLong ? line.plain.slice(0, limit) : line.plain) ?? []} isCurrent={isCurrent} />
      {isLong && (
        <span className="text-faint italic">
          {' '}
          … {left.toLocaleString('en')} more characters{isExpanded ? ': save the log to read them' : ''}
        </span>
      )}
      {cut > 0 && <span className="text-warn italic"> … {cut.toLocaleString('en')} characters of this line were too many to hold</span>}
      {isExpanded && json !== null && <JsonView value={json.value} />}
    </div>
  );
});

/** The first characters of spans. */
function clip(spans: readonly AnsiSpan[], limit: number): AnsiSpan[] {
  const kept: AnsiSpan[] = [];
  let left = limit;
  for (const span of spans) {
    if (left <= 0) break;
    kept.push(span.text.length <= left ? span : { ...span, text: span.text.slice(0, left) });
    left -= span.text.length;
  }
  return kept;
}
