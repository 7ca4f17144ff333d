import { ArrowUp, Pencil } from 'lucide-react';
import { useState } from 'react';
import { parentOf, visibleName } from '../../../shared/model/remotePath.ts';
import { Input } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { crumbsOf } from './fileView.ts';

const crumb = 'rounded-sm px-1 py-0.5 hover:bg-raised hover:text-text';

/** Where one is: each directory on the way can be gone to, and the path can be typed. */
export function PathBar({ path, onGo }: { path: string; onGo(path: string): void }) {
  const [typed, setTyped] = useState<string | null>(null);
  if (typed !== null) {
    return (
      <form
        className="min-w-0 flex-1"
        onSubmit={(event) => {
          event.preventDefault();
          setTyped(null);
          if (typed.startsWith('/')) onGo(typed);
        }}
      >
        <Input
          aria-label="Path on the server"
          autoFocus
          value={typed}
          className="font-mono"
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => setTyped(null)}
          onKeyDown={(event) => event.key === 'Escape' && setTyped(null)}
        />
      </form>
    );
  }
  const crumbs = crumbsOf(path);
  return (
    <nav aria-label="Path" className="flex min-w-0 flex-1 items-center gap-0.5 overflow-hidden font-mono text-sm text-muted">
      <IconButton icon={ArrowUp} label="One up" disabled={path === '/'} onClick={() => onGo(parentOf(path))} />
      <button type="button" className={crumb} aria-current={path === '/' ? 'location' : undefined} onClick={() => onGo('/')}>
        /
      </button>
      {crumbs.map((each, index) => (
        <span key={each.path} className="flex min-w-0 items-center gap-0.5">
          {index > 0 && (
            <span aria-hidden className="text-faint">
              /
            </span>
          )}
          <button
            type="button"
            className={`${crumb} truncate`}
            aria-current={index === crumbs.length - 1 ? 'location' : undefined}
            onClick={() => onGo(each.path)}
          >
            {visibleName(each.name)}
          </button>
        </span>
      ))}
      <IconButton icon={Pencil} label="Type a path" size="small" onClick={() => setTyped(path)} />
    </nav>
  );
}
