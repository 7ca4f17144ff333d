import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Power, PowerOff, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { RuleView } from '../../../shared/model/alertRuleView.ts';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { RuleEditor } from './RuleEditor.tsx';
import { newRuleText } from './ruleText.ts';
import { ruleState, ruleStates } from './ruleView.ts';

const route = getRouteApi('/alerts/rules/$id');
const newRoute = getRouteApi('/alerts/new-rule');

/** One rule: its figures, its text, and what it would have fired on. */
export function RuleScreen() {
  const { id } = route.useParams();
  const { view = 'figures' } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const shown = useQuery({ ...orpc.alerts.rules.show.queryOptions({ input: { id } }), retry: false, refetchOnWindowFocus: false });
  const refresh = () => void queries.invalidateQueries({ queryKey: orpc.alerts.rules.key() });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Loaded query={shown} label="Loading the rule">
        {({ rule, text }) => (
          <>
            <RuleHeader view={rule} onChanged={refresh} onGone={() => void navigate({ to: '/alerts', search: { tab: 'rules' } })} />
            <RuleEditor
              key={id}
              text={text}
              savedId={id}
              view={view}
              onView={(next) => void navigate({ search: next === 'text' ? { view: 'text' } : {}, replace: true })}
              onSaved={(saved) => saved !== id && void navigate({ to: '/alerts/rules/$id', params: { id: saved }, ignoreBlocker: true })}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}

/** A rule of one's own, from the beginning. */
export function NewRuleScreen() {
  const { view = 'text' } = newRoute.useSearch();
  const navigate = newRoute.useNavigate();
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="New rule">
        <RulesLink />
        <span>With the id of a shipped rule it stands in its place.</span>
      </PageHeader>
      <RuleEditor
        text={newRuleText}
        savedId={null}
        view={view}
        onView={(next) => void navigate({ search: next === 'figures' ? { view: 'figures' } : {}, replace: true })}
        onSaved={(id) => void navigate({ to: '/alerts/rules/$id', params: { id }, ignoreBlocker: true })}
      />
    </div>
  );
}

function RulesLink() {
  return (
    <Link to="/alerts" search={{ tab: 'rules' }} className="hover:underline">
      Rules
    </Link>
  );
}

function RuleHeader({ view, onChanged, onGone }: { view: RuleView; onChanged(): void; onGone(): void }) {
  const { rule, origin, enabled, section, openAlerts, changedBy, changedAtMs } = view;
  const [asked, setAsked] = useState(false);
  const enable = useAction(client.alerts.rules.enable, onChanged);
  const remove = useAction(client.alerts.rules.remove, () => {
    setAsked(false);
    if (origin === 'own') onGone();
    onChanged();
  });
  const { tone, word } = ruleStates[ruleState(view)];
  return (
    <>
      <PageHeader
        title={rule.title}
        actions={
          <>
            {origin !== 'shipped' && (
              <Button icon={origin === 'own' ? Trash2 : RotateCcw} onClick={() => setAsked(true)}>
                {origin === 'own' ? 'Remove' : 'Reset to shipped'}
              </Button>
            )}
            <Button icon={enabled ? PowerOff : Power} busy={enable.busy} onClick={() => void enable.run({ id: rule.id, enabled: !enabled })}>
              {enabled ? 'Switch off' : 'Switch on'}
            </Button>
          </>
        }
      >
        <RulesLink />
        <StateMark tone={tone}>{word}</StateMark>
        <code className="font-mono text-sm">{rule.id}</code>
        <span>{origin === 'own' ? section : `of ${section}`}</span>
        {openAlerts > 0 && <span className="text-warn">{count(openAlerts, 'open alert')}</span>}
        {changedAtMs !== null && (
          <span>
            changed {changedBy !== null && `by ${changedBy} `}
            <RelativeTime atMs={changedAtMs} suffix=" ago" />
          </span>
        )}
      </PageHeader>
      <p className="max-w-[110ch] px-4 pb-3 text-muted">{rule.explanation}</p>
      {(enable.error ?? remove.error) && (
        <div className="max-w-[760px] px-4 pb-3">
          {enable.error && <ErrorPanel error={enable.error} />}
          {remove.error && <ErrorPanel error={remove.error} />}
        </div>
      )}
      <ConfirmDialog
        open={asked}
        title={origin === 'own' ? `Remove ${rule.id}?` : `Reset ${rule.id} to what was shipped?`}
        effect={
          origin === 'own'
            ? `The rule is gone, and ${openAlerts === 0 ? 'no alert is open by it' : `${count(openAlerts, 'open alert')} of it ${openAlerts === 1 ? 'ends' : 'end'}`}.`
            : 'Its figures are those that came with this version again. What you changed is lost.'
        }
        expected={null}
        action={origin === 'own' ? 'Remove' : 'Reset'}
        busy={remove.busy}
        onConfirm={() => void remove.run({ id: rule.id })}
        onClose={() => setAsked(false)}
      />
    </>
  );
}
