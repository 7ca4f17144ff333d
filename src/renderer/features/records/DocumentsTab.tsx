import { useNavigate } from '@tanstack/react-router';
import { FileUp, Plus } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { type DocumentSummary, documentKinds, reviewState } from '../../../shared/model/document.ts';
import { dayOf } from '../../../shared/model/serverRecord.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { useNowMs } from '../../ui/clock.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { formatSort, parseSort, type TableColumn } from '../../ui/tableModel.ts';
import { DocumentDialog } from './DocumentDialog.tsx';
import { Loaded } from './Loaded.tsx';
import { ReviewMark } from './ReviewMark.tsx';
import type { RecordsTabProps } from './recordsSearch.ts';
import { none } from './recordWords.tsx';
import { TabTools } from './TabTools.tsx';
import { useDocuments } from './useRecords.ts';

type Row = DocumentSummary & { excerpt: string | null };
const about = ({ groups, stacks, servers }: DocumentSummary) => [...groups.map((group) => `group:${group}`), ...stacks, ...servers].join(' ');

const columns: readonly TableColumn<Row>[] = [
  {
    id: 'title',
    title: 'Document',
    minWidth: 180,
    grow: 2,
    sortBy: ({ title }) => title,
    cell: ({ title }) => <span className="truncate font-semibold">{title}</span>,
  },
  {
    id: 'kind',
    title: 'Kind',
    minWidth: 122,
    sortBy: ({ kind }) => documentKinds[kind],
    cell: ({ kind }) => <span className="text-muted">{documentKinds[kind]}</span>,
  },
  {
    id: 'owner',
    title: 'Owner',
    minWidth: 110,
    grow: 0.6,
    priority: 1,
    sortBy: ({ owner }) => owner,
    cell: ({ owner }) => (owner ? <span className="truncate">{owner}</span> : none),
  },
  { id: 'next', title: 'Next review', minWidth: 168, sortBy: ({ nextReviewOn }) => nextReviewOn, cell: (document) => <ReviewMark document={document} /> },
  {
    id: 'reviewed',
    title: 'Reviewed',
    minWidth: 94,
    priority: 2,
    sortBy: ({ reviewedOn }) => reviewedOn,
    cell: ({ reviewedOn }) => (reviewedOn ? <span className="text-muted tabular-nums">{reviewedOn}</span> : none),
  },
  {
    id: 'version',
    title: 'Version',
    minWidth: 66,
    align: 'end',
    sortBy: ({ version }) => version,
    cell: ({ version }) => <span className="tabular-nums">v{version}</span>,
  },
  {
    id: 'saved',
    title: 'Saved',
    minWidth: 62,
    align: 'end',
    priority: 3,
    sortBy: ({ savedAtMs }) => -savedAtMs,
    cell: ({ savedAtMs }) => <RelativeTime atMs={savedAtMs} className="text-faint" />,
  },
  {
    id: 'about',
    title: 'About',
    minWidth: 130,
    grow: 1.4,
    priority: 1,
    cell: (document) => <span className="truncate text-muted">{document.excerpt ?? (about(document) || '—')}</span>,
  },
];

/** Access procedures, runbooks, reviews. */
export function DocumentsTab({ search, change }: RecordsTabProps) {
  const navigate = useNavigate();
  const documents = useDocuments(search.q);
  const today = dayOf(useNowMs());
  const onText = useCallback((q: string | undefined) => change({ q }), [change]);
  const isDue = useCallback((document: DocumentSummary) => reviewState(document, today) === 'due', [today]);
  const rows = useMemo(() => (documents.data ?? []).filter((document) => !search.due || isDue(document)), [documents.data, search.due, isDue]);
  const sort = useMemo(() => parseSort(search.sort), [search.sort]);
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const open = (name: string) => void navigate({ to: '/documents/$name', params: { name }, search: {} });
  const actions = (
    <>
      <Button icon={FileUp} onClick={() => picker.current?.click()}>
        Import .md
      </Button>
      <Button variant="primary" icon={Plus} onClick={() => change({ dialog: 'add' })}>
        New document
      </Button>
    </>
  );
  return (
    <>
      <input
        ref={picker}
        type="file"
        accept=".md,.markdown,.txt,text/markdown,text/plain"
        aria-label="Markdown file"
        hidden
        onChange={async (event) => {
          const [picked] = event.target.files ?? [];
          event.target.value = '';
          if (picked === undefined) return;
          setFile({ name: picked.name.replace(/\.[^.]*$/, ''), text: await picked.text() });
          change({ dialog: 'add' });
        }}
      />
      <TabTools text={search.q ?? ''} label="Search documents" placeholder="Search in titles and texts" onText={onText} actions={actions}>
        <Chip on={search.due === true} count={(documents.data ?? []).filter(isDue).length} onClick={() => change({ due: search.due ? undefined : true })}>
          Review due
        </Chip>
      </TabTools>
      <Loaded query={documents} label="Loading documents">
        {(all) =>
          all.length === 0 && !search.q ? (
            <div className="px-4">
              <EmptyState title="No documents yet" actions={actions}>
                How to get in, what to do when a GPU is lost, the last review: Markdown with an owner, its versions and the day of the next review. The search
                looks into every text.
              </EmptyState>
            </div>
          ) : rows.length === 0 ? (
            <div className="px-4">
              <EmptyState title="Nothing is found" actions={<Button onClick={() => change({ q: undefined, due: undefined })}>Show all</Button>}>
                {search.due ? 'No review is due among these.' : 'No document holds all of these words.'}
              </EmptyState>
            </div>
          ) : (
            <DataTable
              label="Documents"
              columns={columns}
              groups={[{ key: 'all', title: '', rows }]}
              rowKey={({ id }) => id}
              sort={sort}
              onSort={(next) => change({ sort: formatSort(next) })}
              onOpen={({ name }) => open(name)}
            />
          )
        }
      </Loaded>
      {search.dialog === 'add' && (
        <DocumentDialog
          key={file?.name ?? ''}
          file={file}
          onClose={() => {
            setFile(null);
            change({ dialog: undefined });
          }}
          onAdded={(name) => void navigate({ to: '/documents/$name', params: { name }, search: file ? {} : { edit: true } })}
        />
      )}
    </>
  );
}
