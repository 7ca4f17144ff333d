import { BellOff, BookOpen, Check, CircleEllipsis, Siren, Undo2 } from 'lucide-react';
import type { Alert } from '../../../shared/model/alert.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import type { TableColumn } from '../../ui/tableModel.ts';
import { AlertStand, AlertWhat, AlertWhere } from './AlertLine.tsx';
import { AlertSpark } from './AlertSpark.tsx';
import { partOf, severityTones } from './alertTotals.ts';
import { severityMeanings } from './ruleWords.ts';
import type { AlertActions } from './useAlertActions.tsx';

function RowActions({ alert, actions }: { alert: Alert; actions: AlertActions }) {
  const part = partOf(alert);
  return (
    <span className="flex items-center">
      {part === 'firing' && (
        <IconButton icon={Check} label={`Acknowledge ${alert.title}`} shortcut="a" tabIndex={-1} onClick={() => actions.acknowledge([alert])} />
      )}
      {part === 'acknowledged' && <IconButton icon={Undo2} label={`Take back: ${alert.title}`} tabIndex={-1} onClick={() => actions.unacknowledge([alert])} />}
      <IconButton icon={BellOff} label={`Silence ${alert.title}`} shortcut="s" tabIndex={-1} onClick={() => actions.silence([alert])} />
      <Menu
        trigger={<IconButton icon={CircleEllipsis} label={`More about ${alert.title}`} tabIndex={-1} />}
        entries={[
          {
            label: 'Open an incident',
            icon: Siren,
            hint: 'i',
            disabled: alert.incident !== null || alert.state === 'held',
            onSelect: () => actions.incident([alert]),
          },
          { label: 'Go to the runbook', icon: BookOpen, hint: 'r', disabled: alert.runbook === null, onSelect: () => actions.runbook(alert) },
        ]}
      />
    </span>
  );
}

/** Columns of the list of alerts. */
export function alertColumns(actions: AlertActions): readonly TableColumn<Alert>[] {
  return [
    {
      id: 'severity',
      title: 'Severity',
      minWidth: 96,
      cell: ({ severity, state, hold }) => (
        <StateMark tone={state === 'held' || hold !== null ? 'off' : severityTones[severity]} title={severityMeanings[severity]}>
          {severity}
        </StateMark>
      ),
    },
    { id: 'what', title: 'What is wrong', minWidth: 250, grow: 3, cell: (alert) => <AlertWhat alert={alert} /> },
    { id: 'where', title: 'Where', minWidth: 140, grow: 1.4, cell: (alert) => <AlertWhere alert={alert} /> },
    {
      id: 'course',
      title: 'Course',
      minWidth: 118,
      priority: 2,
      cell: ({ evidence: [first] }) => (first === undefined ? null : <AlertSpark evidence={first} />),
    },
    { id: 'stand', title: 'Who has it', minWidth: 136, grow: 1, priority: 1, cell: (alert) => <AlertStand alert={alert} /> },
    {
      id: 'since',
      title: 'For',
      minWidth: 56,
      align: 'end',
      cell: ({ sinceMs }) => <RelativeTime atMs={sinceMs} className="text-muted" />,
    },
    { id: 'actions', title: '', minWidth: 108, align: 'end', cell: (alert) => <RowActions alert={alert} actions={actions} /> },
  ];
}
