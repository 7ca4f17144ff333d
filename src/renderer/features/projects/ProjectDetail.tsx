import { Link } from '@tanstack/react-router';
import { KeyRound, RefreshCw, Rocket, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { z } from 'zod';
import type { Project, projectChangeSchema } from '../../../shared/contract/projects.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { canRefresh, originParts, usedWords } from './projectView.ts';
import { RemoveProjectDialog } from './RemoveProjectDialog.tsx';

/** What was said when a project was last taken. */
export interface Taking {
  notes: readonly string[];
  /** Null: it was taken for the first time. */
  changes: readonly z.infer<typeof projectChangeSchema>[] | null;
  secretsChanged: readonly string[];
}

const changeTones = { added: 'good', removed: 'bad', changed: 'warn' } as const;

function Taken({ taking, onClose }: { taking: Taking; onClose(): void }) {
  const nothing = taking.changes !== null && taking.changes.length === 0 && taking.secretsChanged.length === 0;
  return (
    <section aria-label="What was found" className="flex flex-col gap-1.5 rounded border border-line bg-surface px-3 py-2">
      <div className="flex items-center gap-2">
        <StateMark tone={nothing ? 'off' : 'good'} className="flex-1 font-medium">
          {taking.changes === null
            ? 'Taken'
            : nothing
              ? 'Nothing has changed since'
              : `${count(taking.changes.length, 'file')} changed, and it has a new version`}
        </StateMark>
        <IconButton icon={X} size="small" label="Put away" onClick={onClose} />
      </div>
      {taking.changes && taking.changes.length > 0 && (
        <ul aria-label="What changed">
          {taking.changes.map((change) => (
            <li key={change.path} className="flex items-center gap-2 py-px">
              <span className="w-16">
                <Badge tone={changeTones[change.change]}>{change.change}</Badge>
              </span>
              <code className="min-w-0 truncate font-mono text-sm">{change.path}</code>
            </li>
          ))}
        </ul>
      )}
      {taking.secretsChanged.length > 0 && (
        <p className="flex flex-wrap items-center gap-x-2">
          <KeyRound aria-hidden size={13} className="text-faint" />
          Another value: <code className="font-mono text-sm break-all">{taking.secretsChanged.join(', ')}</code>
        </p>
      )}
      {taking.notes.map((note) => (
        <StateMark key={note} tone="info" className="[&>span]:whitespace-normal">
          {note}
        </StateMark>
      ))}
      {!nothing && <p className="text-faint">Servers have it as it was until it is deployed.</p>}
    </section>
  );
}

interface ProjectDetailProps {
  project: Project;
  taking: Taking | null;
  onTaken(taking: Taking | null): void;
  onRemoved(): void;
}

/** A person's own project: where it is from, what was found in it, and taking it anew. */
export function ProjectDetail({ project, taking, onTaken, onRemoved }: ProjectDetailProps) {
  const [removing, setRemoving] = useState(false);
  const [ref, setRef] = useState<string | null>(null);
  const refresh = useAction(client.projects.refresh, ({ notes, changes, secretsChanged }) => {
    setRef(null);
    onTaken({ notes, changes, secretsChanged });
  });
  const origin = originParts(project.from);
  const git = project.from.kind === 'git' ? project.from : null;
  const take = () => void refresh.run({ id: project.id, ...(ref !== null && ref !== '' && ref !== git?.ref ? { ref } : {}) });
  return (
    <div className="flex min-h-0 flex-col gap-5 overflow-y-auto border-l border-line px-4 pt-3 pb-6">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="mr-auto min-w-0 truncate text-lg font-semibold">
          <Link to="/stacks/$id" params={{ id: project.id }} className="hover:underline">
            {project.id}
          </Link>
        </h2>
        {canRefresh(project) && (
          <Button icon={RefreshCw} busy={refresh.busy} onClick={take}>
            Take anew
          </Button>
        )}
        <Link to="/stacks/$id/deploy" params={{ id: project.id }} className={buttonClass('primary')}>
          <Rocket aria-hidden size={14} strokeWidth={1.8} /> Deploy
        </Link>
        <IconButton icon={Trash2} label={`Remove ${project.id}`} onClick={() => setRemoving(true)} />
      </div>
      {refresh.error && <ErrorPanel error={refresh.error} actions={<Button onClick={refresh.reset}>Put away</Button>} />}
      {taking && <Taken taking={taking} onClose={() => onTaken(null)} />}
      <KeyValue
        rows={[
          [
            origin.kind === 'git' ? 'Repository' : origin.kind === 'server' ? 'Adopted from' : 'Folder',
            <code key="place" className="font-mono text-sm break-all select-text">
              {origin.place}
            </code>,
          ],
          git && [
            'At',
            <span key="at" className="flex items-center gap-2">
              <Input
                aria-label="Branch, tag or commit to take it at"
                value={ref ?? git.ref}
                className="h-6! w-40! font-mono text-sm"
                onChange={(event) => setRef(event.target.value)}
                onKeyDown={(event) => event.key === 'Enter' && take()}
              />
              <code className="font-mono text-sm text-muted" title={git.commit}>
                {git.commit.slice(0, 8)}
              </code>
            </span>,
          ],
          ['Version', `${project.version} · ${count(project.files, 'file')}`],
          ['Taken', <RelativeTime key="taken" atMs={project.takenAtMs} suffix=" ago" />],
          [
            'Compose',
            <code key="compose" className="font-mono text-sm break-all">
              {project.composeFiles.join(' ')}
            </code>,
          ],
          project.profiles.length > 0 ? ['Profiles', project.profiles.join(', ')] : null,
        ]}
      />
      <Section title="Services" aside={String(project.services.length)}>
        <p className="px-1 break-words">{project.services.join(', ') || 'none'}</p>
      </Section>
      <Section title="Secrets" aside="sealed on this computer, taken out of its files">
        {project.secrets.length === 0 ? (
          <p className="px-1 text-muted">None was recognised in its env files.</p>
        ) : (
          <ul aria-label="Secrets">
            {project.secrets.map((secret) => (
              <li key={secret.name} className="grid min-h-7 grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-center gap-3 border-b border-hairline px-1">
                <code className="truncate font-mono text-sm" title={secret.name}>
                  {secret.name}
                </code>
                <span className={secret.usedBy.length === 0 ? 'truncate text-warn' : 'truncate text-muted'}>{usedWords(secret.usedBy)}</span>
                <span className="text-faint">
                  <RelativeTime atMs={secret.changedAtMs} suffix=" ago" />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      {project.kept.length > 0 && (
        <Section title="Stays on the server" aside="containers write to it; it is not uploaded">
          <p className="px-1 font-mono text-sm break-words text-muted">{project.kept.join('  ')}</p>
        </Section>
      )}
      {removing && <RemoveProjectDialog project={project} onClose={() => setRemoving(false)} onRemoved={onRemoved} />}
    </div>
  );
}
