import { OctagonAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SerializedError } from '../../shared/errors.ts';
import { errorWording } from '../../shared/errorWording.ts';
import { CopyButton } from './CopyButton.tsx';

/** The text that the copy button takes: everything a colleague needs to help. */
export function errorReport(error: SerializedError): string {
  const { sentence, next } = errorWording(error, 'window');
  const data = Object.entries(error.data).map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [`${error.code}: ${sentence}`, next, '', ...data].join('\n');
}

/** Output that an error carries, shown as it came. */
function outputOf(error: SerializedError): string | null {
  const output = error.data['output'] ?? error.data['excerpt'];
  return typeof output === 'string' && output.trim() !== '' ? output : null;
}

/** An error to read: a sentence, the next thing to try, the code, the output where there is one, and a way to copy it all. */
export function ErrorPanel({ error, actions }: { error: SerializedError; actions?: ReactNode }) {
  const { sentence, next } = errorWording(error, 'window');
  const output = outputOf(error);
  return (
    <div role="alert" className="flex min-w-0 flex-col gap-2 rounded border border-bad/40 bg-bad-bg px-3 py-2.5">
      <div className="flex min-w-0 gap-2.5">
        <OctagonAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-bad" />
        <div className="min-w-0 flex-1">
          <p className="font-medium break-words">{sentence}</p>
          <p className="mt-0.5 break-words text-muted">{next}</p>
        </div>
      </div>
      {output && (
        <pre
          tabIndex={0}
          role="region"
          aria-label="Output"
          className="max-h-48 overflow-auto rounded-sm bg-bg px-2.5 py-2 font-mono text-xs whitespace-pre-wrap text-muted"
        >
          {output}
        </pre>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <code className="font-mono text-xs text-muted">{error.code}</code>
        <span className="ml-auto flex items-center gap-1.5">
          {actions}
          <CopyButton text={() => errorReport(error)} label="Copy details" />
        </span>
      </div>
    </div>
  );
}
