import { Link } from '@tanstack/react-router';
import type { DocumentSummary, DocumentVersion } from '../../../shared/model/document.ts';
import { dayOf } from '../../../shared/model/serverRecord.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { useNowMs } from '../../ui/clock.ts';
import { cx } from '../../ui/cx.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { ReviewMark } from './ReviewMark.tsx';
import { none, ServerLinks } from './recordWords.tsx';
import { useRefreshRecords } from './useRecords.ts';

interface DocumentAsideProps {
  document: DocumentSummary;
  shown: number;
  versions: readonly DocumentVersion[];
  onVersion(version: number): void;
}

/** Who answers for a document, when it was reviewed, what it is about, and its versions. */
export function DocumentAside({ document, shown, versions, onVersion }: DocumentAsideProps) {
  const { owner, reviewedOn, servers, groups, stacks } = document;
  return (
    <aside aria-label="About the document" tabIndex={0} className="flex w-64 shrink-0 flex-col gap-5 overflow-y-auto">
      <Section title="About">
        <KeyValue
          className="pt-1"
          rows={[
            ['Owner', owner ?? none],
            ['Reviewed', reviewedOn ?? 'never'],
            ['Next', <ReviewMark key="next" document={document} />],
            servers.length > 0 ? ['Servers', <ServerLinks key="servers" names={servers} />] : null,
            groups.length > 0 ? ['Groups', <GroupLinks key="groups" names={groups} />] : null,
            stacks.length > 0 ? ['Stacks', <StackLinks key="stacks" ids={stacks} />] : null,
          ]}
        />
        <ReviewedButton document={document} />
      </Section>
      <Section title="Versions" aside={versions.length}>
        <ol>
          {versions.map((version) => (
            <li key={version.version} className="border-b border-hairline">
              <button
                type="button"
                aria-current={version.version === shown}
                onClick={() => onVersion(version.version)}
                className={cx('flex w-full flex-col gap-0.5 px-1 py-1.5 text-left hover:bg-raised/60', version.version === shown && 'bg-accent-bg')}
              >
                <span className="flex gap-2">
                  <b className="font-semibold tabular-nums">v{version.version}</b>
                  <span className="truncate text-muted">{version.who}</span>
                  <RelativeTime atMs={version.savedAtMs} suffix=" ago" className="ml-auto text-faint" />
                </span>
                {version.note && <span className="text-sm text-muted">{version.note}</span>}
              </button>
            </li>
          ))}
        </ol>
      </Section>
    </aside>
  );
}

/** How long until the next review where nobody says otherwise. */
const quarterDays = 90;

function ReviewedButton({ document }: { document: DocumentSummary }) {
  const nowMs = useNowMs();
  const refresh = useRefreshRecords();
  const review = useAction(client.documents.edit, refresh);
  const today = dayOf(nowMs);
  const next = dayOf(nowMs + quarterDays * 86_400_000);
  if (document.reviewedOn === today) return null;
  return (
    <div className="mt-2 flex flex-col gap-2">
      <Button
        busy={review.busy}
        title={`Reviewed ${today}, next review ${next}`}
        onClick={() => void review.run({ name: document.name, fields: { reviewedOn: today, nextReviewOn: next } })}
      >
        Reviewed today
      </Button>
      {review.error && <ErrorPanel error={review.error} />}
    </div>
  );
}

function GroupLinks({ names }: { names: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-x-2">
      {names.map((name) => (
        <Link key={name} to="/records/$tab" params={{ tab: 'groups' }} search={{ item: name }} className="hover:underline">
          {name}
        </Link>
      ))}
    </span>
  );
}

function StackLinks({ ids }: { ids: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-x-2">
      {ids.map((id) => (
        <Link key={id} to="/stacks/$id" params={{ id }} className="hover:underline">
          {id}
        </Link>
      ))}
    </span>
  );
}
