import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { parseAnsi } from './ansi.ts';
import { Button } from './Button.tsx';
import { cx } from './cx.ts';

/** One line of a log view. `mark` is said by Pilothouse between the lines. */
export interface LogLine {
  key: number | string;
  text: string;
  kind: 'line' | 'error' | 'heading' | 'mark' | 'gap';
  /** Said before the line in its own colour: the container, the time. */
  prefix?: string;
}

const looks: Record<LogLine['kind'], string> = {
  line: 'text-muted',
  error: 'text-warn',
  heading: 'text-text font-medium',
  mark: 'text-info',
  gap: 'text-warn',
};

const Line = memo(function Line({ line }: { line: LogLine }) {
  return (
    <span className={looks[line.kind]}>
      {line.prefix && <span className="text-info">{line.prefix} </span>}
      {parseAnsi(line.text).map((span, index) => (
        <span key={`${index}-${span.text.length}`} className={cx(span.tone, span.bold && 'font-semibold text-text')}>
          {span.text}
        </span>
      ))}
    </span>
  );
});

interface LogViewProps {
  lines: readonly LogLine[];
  label: string;
  className?: string;
  empty: string;
  /** A text to go to, once a line has it; that line is marked. */
  find?: string | undefined;
}

/** Lines as they come: follows the end until scrolled away from it, and offers the way back. Only what is in view is rendered. */
export function LogView({ lines, label, className, empty, find }: LogViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(find === undefined);
  const foundAt = find === undefined ? -1 : lines.findIndex((line) => line.text.includes(find));
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 17,
    overscan: 20,
    getItemKey: (index) => lines[index]?.key ?? index,
  });
  useEffect(() => {
    if (following && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [following, lines.length, virtualizer]);
  useEffect(() => {
    if (foundAt >= 0) virtualizer.scrollToIndex(foundAt, { align: 'center' });
  }, [foundAt, virtualizer]);
  const onScroll = () => {
    const element = scroller.current;
    if (element) setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < 24);
  };
  return (
    <div className={cx('relative flex min-h-0 flex-1 flex-col bg-bg', className)}>
      <div
        ref={scroller}
        role="log"
        aria-label={label}
        tabIndex={0}
        onScroll={onScroll}
        className="min-h-0 flex-1 overflow-auto px-3 py-2 font-mono text-xs leading-[17px] select-text"
      >
        {lines.length === 0 && <p className="text-faint">{empty}</p>}
        <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((virtual) => {
            const line = lines[virtual.index];
            return (
              line && (
                <div
                  key={virtual.key}
                  ref={virtualizer.measureElement}
                  data-index={virtual.index}
                  aria-current={virtual.index === foundAt ? 'location' : undefined}
                  className={cx('absolute inset-x-0 top-0 break-all whitespace-pre-wrap', virtual.index === foundAt && 'bg-warn/20')}
                  style={{ transform: `translateY(${virtual.start}px)` }}
                >
                  <Line line={line} />
                </div>
              )
            );
          })}
        </div>
      </div>
      {!following && lines.length > 0 && (
        <Button icon={ArrowDown} onClick={() => setFollowing(true)} className="absolute right-4 bottom-3 shadow-float">
          Follow
        </Button>
      )}
    </div>
  );
}
