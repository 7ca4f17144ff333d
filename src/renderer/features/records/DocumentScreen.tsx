import { getRouteApi, Link } from '@tanstack/react-router';
import { Download, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { documentKinds } from '../../../shared/model/document.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { DocumentAside } from './DocumentAside.tsx';
import { Loaded } from './Loaded.tsx';
import { ReviewMark } from './ReviewMark.tsx';
import { downloadText } from './recordWords.tsx';
import { useDocument, useRefreshRecords } from './useRecords.ts';

const route = getRouteApi('/documents/$name');
const MarkdownText = lazy(() => import('./MarkdownText.tsx').then((module) => ({ default: module.MarkdownText })));
const DocumentEditor = lazy(() => import('./DocumentEditor.tsx').then((module) => ({ default: module.DocumentEditor })));

/** One document: its text as it is to be read, who answers for it, and every text it had. */
export function DocumentScreen() {
  const { name } = route.useParams();
  const { version, edit } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useDocument(name, version);
  const [isRemoving, setRemoving] = useState(false);
  const refresh = useRefreshRecords();
  const removal = useAction(client.documents.remove, () => {
    refresh();
    void navigate({ to: '/records/$tab', params: { tab: 'documents' }, search: {} });
  });
  const show = (search: { version?: number; edit?: true }, to = name) => void navigate({ to: '/documents/$name', params: { name: to }, search, replace: true });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Loaded query={found} label="Loading the document">
        {({ document, text, shown, versions }) => (
          <>
            <PageHeader
              title={document.title}
              actions={
                edit ? null : (
                  <>
                    <Button icon={Pencil} onClick={() => show({ edit: true })}>
                      Edit
                    </Button>
                    <Menu
                      trigger={<IconButton icon={Ellipsis} label="More" />}
                      entries={[
                        { label: `Save ${name}.md`, icon: Download, onSelect: () => downloadText(`${name}.md`, text) },
                        { kind: 'separator' },
                        { label: 'Remove the document', icon: Trash2, danger: true, onSelect: () => setRemoving(true) },
                      ]}
                    />
                  </>
                )
              }
            >
              <Link to="/records/$tab" params={{ tab: 'documents' }} search={{}} className="hover:underline">
                Documents
              </Link>
              <Badge>{documentKinds[document.kind]}</Badge>
              {document.owner && <span>{document.owner}</span>}
              {document.nextReviewOn && (
                <span className="inline-flex gap-1.5">
                  review <ReviewMark document={document} withDay={false} />
                </span>
              )}
            </PageHeader>
            <Suspense
              fallback={
                <div className="px-4">
                  <SkeletonRows count={12} label="Loading the text" />
                </div>
              }
            >
              {edit ? (
                <DocumentEditor key={document.id} document={document} text={text} onClose={() => show({})} onSaved={(saved) => show({}, saved.name)} />
              ) : (
                <div className="flex min-h-0 flex-1 gap-6 overflow-hidden px-4 pb-4">
                  <section
                    tabIndex={0}
                    aria-label={document.title}
                    className="min-h-0 min-w-0 flex-1 overflow-y-auto rounded border border-line bg-surface px-6 py-4"
                  >
                    {shown !== document.version && (
                      <p role="status" className="mb-4 flex items-center gap-2 rounded border border-warn/40 bg-warn-bg px-3 py-2">
                        This is version {shown}; the present one is {document.version}.
                        <Button className="ml-auto" onClick={() => show({})}>
                          Show the present one
                        </Button>
                      </p>
                    )}
                    <MarkdownText text={text} />
                  </section>
                  <DocumentAside
                    document={document}
                    shown={shown}
                    versions={versions}
                    onVersion={(next) => show(next === document.version ? {} : { version: next })}
                  />
                </div>
              )}
            </Suspense>
            <ConfirmDialog
              open={isRemoving}
              title={`Remove ${document.title}?`}
              effect={`It goes with ${count(versions.length, 'version')}. This cannot be undone.`}
              expected={null}
              action="Remove"
              busy={removal.busy}
              onConfirm={() => void removal.run({ name })}
              onClose={() => setRemoving(false)}
            />
            <ActionConfirm action={removal} title={`Remove ${document.title}`} verb="Remove" />
          </>
        )}
      </Loaded>
    </div>
  );
}
