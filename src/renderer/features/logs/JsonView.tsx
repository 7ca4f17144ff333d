import { useMemo } from 'react';
import { plainText } from '../../ui/ansi.ts';
import { cx } from '../../ui/cx.ts';
import { type JsonRow, jsonRows } from './jsonLine.ts';

const tones: Record<JsonRow['kind'], string> = {
  string: 'text-text',
  number: 'text-accent',
  boolean: 'text-info',
  null: 'text-faint',
  holder: 'text-faint',
  more: 'text-faint italic',
};

/** An object in its lines, keys and values apart. Text in it is text: sequences for a terminal are taken out. */
export function JsonView({ value }: { value: unknown }) {
  const rows = useMemo(() => jsonRows(value), [value]);
  return (
    <dl aria-label="Fields of the line" className="border-l border-line-strong pl-[1ch] indent-0 whitespace-pre-wrap">
      {rows.map((row, index) => (
        <div key={index} className="flex gap-[1ch]" style={{ paddingLeft: `${row.depth * 2}ch` }}>
          {row.key !== null && <dt className="shrink-0 text-muted">{plainText(row.key)}</dt>}
          <dd className={cx('min-w-0', tones[row.kind])}>{plainText(row.value)}</dd>
        </div>
      ))}
    </dl>
  );
}
