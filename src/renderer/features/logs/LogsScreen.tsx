import { getRouteApi } from '@tanstack/react-router';
import { Replace } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { LogChooser } from './LogChooser.tsx';
import { LogViewer } from './LogViewer.tsx';
import { queryOfSearch, searchOf, viewOfSearch } from './logAddress.ts';
import { queryKey, wantWords } from './logQuery.ts';

const route = getRouteApi('/logs');

/** What do they say? Logs of whatever the address names, or a choice of what to follow. */
export function LogsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = queryOfSearch(search);
  if (query === null || search.choose) {
    return (
      <div className="flex min-h-0 flex-1 flex-col">
        <PageHeader title="Logs" />
        <LogChooser
          key={query === null ? '' : queryKey(query)}
          initial={query}
          onFollow={(next) => void navigate({ search: searchOf(next, { text: '', isPattern: false, levels: null, off: [], atMs: null }) })}
        />
      </div>
    );
  }
  const view = viewOfSearch(search);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Logs"
        actions={
          <Button icon={Replace} onClick={() => void navigate({ search: (before) => ({ ...before, choose: true }) })}>
            Choose others
          </Button>
        }
      >
        <span>
          <b className="font-semibold text-text">{wantWords(query)}</b> on <span className="font-mono text-sm">{query.on}</span>
        </span>
      </PageHeader>
      <LogViewer
        key={queryKey(query)}
        query={query}
        view={view}
        isMain
        onView={(changes) => void navigate({ search: (before) => ({ ...before, ...searchOf(query, { ...viewOfSearch(before), ...changes }) }), replace: true })}
      />
    </div>
  );
}
