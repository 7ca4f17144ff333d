import type { ReactNode } from 'react';
import { randomArt } from '../../../shared/model/randomArt.ts';
import type { HostKey } from '../../../shared/model/server.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { cx } from '../../ui/cx.ts';

const tones = { neutral: 'border-line', bad: 'border-bad/50', good: 'border-good/50' };

interface KeyCardProps {
  title: string;
  /** Null: there is none, and `children` says so. */
  hostKey: HostKey | null;
  tone?: keyof typeof tones;
  /** Shows the picture that ssh-keygen draws of it. */
  picture?: boolean;
  children?: ReactNode;
}

/** A host key to be compared: its type, fingerprint, and the picture of it. */
export function KeyCard({ title, hostKey, tone = 'neutral', picture = false, children }: KeyCardProps) {
  return (
    <section aria-label={title} className={cx('flex min-w-0 flex-col gap-1.5 rounded border bg-bg px-3 py-2.5', tones[tone])}>
      <div className="flex items-center gap-2">
        <h3 className="text-sm font-medium text-muted">{title}</h3>
        {hostKey && (
          <span className="ml-auto text-sm text-faint">
            {hostKey.type}
            {hostKey.authority ? ', authority' : ''}
          </span>
        )}
      </div>
      {hostKey && (
        <div className="flex items-start gap-1">
          <code className="min-w-0 flex-1 font-mono text-xs leading-[1.6] break-all select-all">{hostKey.fingerprint}</code>
          <CopyButton text={hostKey.fingerprint} compact label={`Copy fingerprint: ${title}`} />
        </div>
      )}
      {hostKey && picture && (
        <pre aria-hidden className="w-max rounded-sm border border-hairline px-1.5 font-mono text-2xs leading-[1.15] text-muted">
          {randomArt(hostKey.fingerprint).join('\n')}
        </pre>
      )}
      {children}
    </section>
  );
}
