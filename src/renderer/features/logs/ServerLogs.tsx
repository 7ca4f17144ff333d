import { Link } from '@tanstack/react-router';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { LogPane } from './LogPane.tsx';
import { type LogQuery, logQuery, stackQuery } from './logQuery.ts';

interface Choice {
  id: string;
  label: string;
  query: LogQuery;
}

function choicesOf(row: FleetRow): Choice[] {
  const { name } = row.server;
  return [
    { id: 'containers', label: 'All containers', query: logQuery(name) },
    ...row.stacks.map(({ stackId }) => ({ id: stackId, label: stackId, query: stackQuery(stackId, name) })),
    { id: 'journal', label: 'System journal', query: logQuery(name, { units: ['-'] }) },
    { id: 'kernel', label: 'Kernel', query: logQuery(name, { units: ['kernel'] }) },
  ];
}

/** What one server says: its containers, one of its stacks, or its journal. `chosen` is the part that its address names. */
export function ServerLogs({ row, chosen, onChoose }: { row: FleetRow; chosen: string | undefined; onChoose(id: string): void }) {
  const { name } = row.server;
  const choices = choicesOf(row);
  const current = choices.find((choice) => choice.id === chosen) ?? choices[0];
  if (row.connection === 'untrusted' || row.connection === 'key-changed' || current === undefined) {
    return (
      <div className="px-4">
        <EmptyState title={`${name} cannot be asked yet`}>Confirm its host key first: until then nothing is read from it.</EmptyState>
      </div>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-1.5 px-4 py-2">
        {choices.map((choice) => (
          <Chip key={choice.id} on={choice === current} onClick={() => onChoose(choice.id)}>
            {choice.label}
          </Chip>
        ))}
        <Link to="/logs" search={{ on: name, choose: true }} className={buttonClass('secondary', 'ml-auto')}>
          Units, files and more
        </Link>
      </div>
      <LogPane key={current.id} query={current.query} isMain />
    </div>
  );
}
