import { parseAnsi } from '../../ui/ansi.ts';
import { cx } from '../../ui/cx.ts';
import type { LogLine } from '../../ui/LogView.tsx';

const looks: Partial<Record<LogLine['kind'], string>> = { error: 'text-warn', heading: 'pt-1.5 text-text font-medium' };

/** The beginning of what a group printed: a few lines, or all that it holds in a window of its own height. */
export function GroupOutput({ lines, label }: { lines: readonly LogLine[]; label: string }) {
  return (
    <pre
      role="region"
      aria-label={label}
      tabIndex={0}
      className="max-h-[304px] overflow-auto rounded border border-line bg-bg px-3 py-2 font-mono text-xs leading-[17px] break-all whitespace-pre-wrap text-muted select-text"
    >
      {lines.map((line) => (
        <div key={line.key} className={cx('min-h-[17px]', looks[line.kind])}>
          {parseAnsi(line.text).map((span, index) => (
            <span key={`${index}-${span.text.length}`} className={cx(span.tone, span.bold && 'font-semibold text-text')}>
              {span.text}
            </span>
          ))}
        </div>
      ))}
    </pre>
  );
}
