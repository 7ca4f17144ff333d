import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus, Power, PowerOff } from 'lucide-react';
import { useMemo } from 'react';
import type { RuleView } from '../../../shared/model/alertRuleView.ts';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select } from '../../ui/Select.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { Loaded } from '../records/Loaded.tsx';
import { TabTools } from '../records/TabTools.tsx';
import { severityTones } from './alertTotals.ts';
import { ruleGroups, ruleState, ruleStates } from './ruleView.ts';
import { clearText, scopeText, spanText, thresholdText, watchText } from './ruleWords.ts';

const route = getRouteApi('/alerts');
const rowKey = ({ rule }: RuleView) => rule.id;

function columnsOf(toggle: (view: RuleView) => void): readonly TableColumn<RuleView>[] {
  return [
    {
      id: 'state',
      title: 'State',
      minWidth: 94,
      cell: (view) => {
        const { tone, word } = ruleStates[ruleState(view)];
        return <StateMark tone={tone}>{word}</StateMark>;
      },
    },
    {
      id: 'title',
      title: 'Rule',
      minWidth: 210,
      grow: 4,
      cell: ({ rule, enabled }) => (
        <span className="flex min-w-0 flex-col">
          <Link
            to="/alerts/rules/$id"
            params={{ id: rule.id }}
            tabIndex={-1}
            title={rule.title}
            className={`truncate font-semibold hover:underline ${enabled ? '' : 'text-muted'}`}
          >
            {rule.title}
          </Link>
          <span className="truncate text-sm text-muted">{watchText(rule)}</span>
        </span>
      ),
    },
    {
      id: 'severity',
      title: 'Severity',
      minWidth: 94,
      cell: ({ rule: { severity }, enabled }) => <StateMark tone={enabled ? severityTones[severity] : 'off'}>{severity}</StateMark>,
    },
    {
      id: 'threshold',
      title: 'Bad',
      minWidth: 112,
      grow: 0.5,
      cell: ({ rule }) => (
        <span className="flex min-w-0 flex-col">
          <span className="truncate">{thresholdText(rule)}</span>
          <span className="truncate text-sm text-muted">for {spanText(rule.sustainedS)}</span>
        </span>
      ),
    },
    {
      id: 'clear',
      title: 'Good again',
      minWidth: 112,
      grow: 0.5,
      priority: 1,
      cell: ({ rule }) => (
        <span className="flex min-w-0 flex-col">
          <span className="truncate">{clearText(rule)}</span>
          {rule.clearS > 0 && <span className="truncate text-sm text-muted">for {spanText(rule.clearS)}</span>}
        </span>
      ),
    },
    {
      id: 'scope',
      title: 'For',
      minWidth: 112,
      grow: 0.7,
      priority: 2,
      cell: ({ rule }) => <span className="truncate text-muted">{scopeText(rule.appliesTo) ?? 'everything'}</span>,
    },
    {
      id: 'open',
      title: 'Open',
      minWidth: 54,
      align: 'end',
      priority: 1,
      cell: ({ openAlerts }) => (openAlerts === 0 ? <span className="text-faint">—</span> : <b className="font-semibold text-warn">{openAlerts}</b>),
    },
    {
      id: 'actions',
      title: '',
      minWidth: 44,
      align: 'end',
      cell: (view) => (
        <IconButton
          icon={view.enabled ? Power : PowerOff}
          label={`${view.enabled ? 'Switch off' : 'Switch on'}: ${view.rule.title}`}
          tabIndex={-1}
          onClick={() => toggle(view)}
        />
      ),
    },
  ];
}

/** What is watched, and from where on it is bad. */
export function RulesTab() {
  const { q = '', show } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const rules = useQuery({ ...orpc.alerts.rules.list.queryOptions({ input: {} }), refetchInterval: 20_000 });
  const enable = useAction(client.alerts.rules.enable, () => void queries.invalidateQueries({ queryKey: orpc.alerts.rules.key() }));
  const { run } = enable;
  const columns = useMemo(() => columnsOf(({ rule, enabled }) => void run({ id: rule.id, enabled: !enabled })), [run]);
  const groups = useMemo(() => ruleGroups(rules.data?.rules ?? [], q, show ?? null), [rules.data, q, show]);
  const change = (changes: Partial<ReturnType<typeof route.useSearch>>) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  return (
    <>
      <TabTools
        text={q}
        label="Filter rules"
        placeholder="Title, id, metric, cause or stack"
        onText={(text) => change({ q: text })}
        actions={
          <Link to="/alerts/new-rule" className={buttonClass('primary')}>
            <Plus aria-hidden size={14} strokeWidth={1.8} />
            New rule
          </Link>
        }
      >
        <Select
          label="State"
          prefix="show"
          value={show ?? 'all'}
          options={[
            { value: 'all', label: 'all' },
            { value: 'off', label: 'off' },
            { value: 'changed', label: 'changed and own' },
            { value: 'open', label: 'with open alerts' },
          ]}
          onChange={(value) => change({ show: value === 'all' ? undefined : (value as typeof show) })}
        />
      </TabTools>
      {enable.error && (
        <div className="max-w-[760px] px-4 pb-2">
          <ErrorPanel error={enable.error} />
        </div>
      )}
      <Loaded query={rules} label="Loading the rules">
        {() =>
          groups.length === 0 ? (
            <div className="px-4">
              <EmptyState title="No rule fits">Take a filter away.</EmptyState>
            </div>
          ) : (
            <DataTable
              label="Rules"
              columns={columns}
              groups={groups}
              rowKey={rowKey}
              rowHeight={46}
              onOpen={({ rule }) => void navigate({ to: '/alerts/rules/$id', params: { id: rule.id } })}
            />
          )
        }
      </Loaded>
    </>
  );
}
