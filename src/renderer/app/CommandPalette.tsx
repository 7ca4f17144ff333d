import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import {
  Activity,
  BellRing,
  CalendarClock,
  CircleHelp,
  FileInput,
  FileText,
  Layers,
  Link,
  ListChecks,
  type LucideIcon,
  NotebookText,
  Pencil,
  Plus,
  ScrollText,
  Server,
  Settings,
  SquareTerminal,
  Terminal,
} from 'lucide-react';
import { useState } from 'react';
import { orpc } from '../client/client.ts';
import { alertsStore, fleetStore, useStateStream } from '../client/streams.ts';
import { openTerminal } from './dock/openTerminal.ts';

function Item({ icon: Icon, value, hint, onSelect }: { icon: LucideIcon; value: string; hint?: string; onSelect(): void }) {
  return (
    <Command.Item value={value} onSelect={onSelect} className="flex h-8 items-center gap-2.5 rounded-sm px-2.5 data-[selected=true]:bg-accent-bg">
      <Icon aria-hidden size={14} strokeWidth={1.7} className="shrink-0 text-muted" />
      <span className="truncate">{value}</span>
      {hint && <span className="ml-auto truncate text-sm text-faint">{hint}</span>}
    </Command.Item>
  );
}

const recordPlaces = [
  { tab: 'groups', title: 'Groups' },
  { tab: 'resources', title: 'Cloud resources' },
  { tab: 'documents', title: 'Documents' },
  { tab: 'deployments', title: 'Deployments' },
  { tab: 'instances', title: 'Instance types' },
];

const alertPlaces = [
  { tab: undefined, title: 'Alerts' },
  { tab: 'history', title: 'History of alerts' },
  { tab: 'rules', title: 'Alert rules' },
  { tab: 'silences', title: 'Silences' },
  { tab: 'channels', title: 'Alert channels and heartbeat' },
] as const;

const stackPlaces = [
  { to: '/projects', title: 'Own projects' },
  { to: '/lint', title: 'Lint' },
  { to: '/secrets', title: 'Secrets' },
] as const;

const heading =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint';

/** Finds servers, stacks, workflows and commands by a few letters. */
export function CommandPalette({ onClose, onShortcuts }: { onClose(): void; onShortcuts(): void }) {
  const [text, setText] = useState('');
  const navigate = useNavigate();
  const fleet = useStateStream(fleetStore);
  const alerts = useStateStream(alertsStore);
  const stacks = useQuery(orpc.stacks.catalog.queryOptions({ input: {} }));
  const workflows = useQuery(orpc.workflows.list.queryOptions({ input: {} }));
  const documents = useQuery(orpc.documents.list.queryOptions({ input: {} }));
  const go = (act: () => unknown) => () => {
    onClose();
    act();
  };
  // A thousand rows are not worth ranking for an empty question.
  const needle = text.trim().toLowerCase();
  const servers = fleet.list
    .filter((row) => needle === '' || row.server.name.toLowerCase().includes(needle) || row.server.host.includes(needle))
    .slice(0, needle === '' ? 5 : 20);
  // A link that a colleague copied, from whatever host.
  const link = /#(\/\S+)$/.exec(text.trim())?.[1];
  // "Edit gpu-1" is typed as it is read.
  const wanted = needle.replace(/^edit\s*/, '');
  const named = needle === '' ? [] : fleet.list.filter((row) => row.server.name.toLowerCase().includes(wanted));
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Viewport className="fixed inset-0 z-40 flex items-start justify-center p-6 pt-[11vh]">
          <Dialog.Popup aria-label="Search and commands" className="appear w-[580px] max-w-full rounded bg-float shadow-float focus-visible:outline-none">
            <Command label="Search and commands" loop>
              <Command.Input
                value={text}
                onValueChange={setText}
                placeholder="Search servers, stacks, workflows, commands"
                className="h-11 w-full border-b border-line bg-transparent px-4 text-md text-text focus:outline-none"
              />
              <Command.List className="max-h-[52vh] overflow-y-auto p-1.5">
                <Command.Empty className="px-2.5 py-4 text-muted">Nothing by that name.</Command.Empty>
                {link !== undefined && (
                  <Item
                    icon={Link}
                    value={text.trim()}
                    hint="open this link"
                    onSelect={go(() => {
                      window.location.hash = link;
                    })}
                  />
                )}
                <Command.Group heading="Servers" className={heading}>
                  {servers.map(({ server }) => (
                    <Item
                      key={server.id}
                      icon={Server}
                      value={server.name}
                      hint={`${server.environment} · ${server.host}`}
                      onSelect={go(() => navigate({ to: '/servers/$name/$tab', params: { name: server.name, tab: 'overview' } }))}
                    />
                  ))}
                  {needle !== '' &&
                    servers
                      .slice(0, 5)
                      .map(({ server }) => (
                        <Item
                          key={`shell-${server.id}`}
                          icon={Terminal}
                          value={`Open a shell on ${server.name}`}
                          onSelect={go(() => openTerminal(server.name, 'shell'))}
                        />
                      ))}
                  {needle !== '' &&
                    servers
                      .slice(0, 5)
                      .map(({ server }) => (
                        <Item
                          key={`health-${server.id}`}
                          icon={Activity}
                          value={`Health of ${server.name}`}
                          onSelect={go(() => navigate({ to: '/health', search: { on: server.name } }))}
                        />
                      ))}
                  {needle !== '' &&
                    servers
                      .slice(0, 5)
                      .map(({ server }) => (
                        <Item
                          key={`logs-${server.id}`}
                          icon={ScrollText}
                          value={`Logs of ${server.name}`}
                          onSelect={go(() => navigate({ to: '/logs', search: { on: server.name } }))}
                        />
                      ))}
                  {named.slice(0, 5).map(({ server }) => (
                    <Item
                      key={`edit-${server.id}`}
                      icon={Pencil}
                      value={`Edit ${server.name}`}
                      onSelect={go(() => navigate({ to: '/servers/$name/$tab', params: { name: server.name, tab: 'overview' }, search: { dialog: 'edit' } }))}
                    />
                  ))}
                </Command.Group>
                {needle !== '' && alerts.list.length > 0 && (
                  <Command.Group heading="Alerts" className={heading}>
                    {alerts.list
                      .filter(({ state }) => state === 'open')
                      .slice(0, 20)
                      .map(({ key, title, servers }) => (
                        <Item
                          key={key}
                          icon={BellRing}
                          value={`${title}: ${servers.map(({ name }) => name).join(', ')}`}
                          hint="alert"
                          onSelect={go(() => navigate({ to: '/alerts/$id', params: { id: key } }))}
                        />
                      ))}
                  </Command.Group>
                )}
                <Command.Group heading="Stacks" className={heading}>
                  {stacks.data?.stacks.map((stack) => (
                    <Item
                      key={stack.id}
                      icon={Layers}
                      value={stack.title}
                      hint={stack.id}
                      onSelect={go(() => navigate({ to: '/stacks/$id', params: { id: stack.id } }))}
                    />
                  ))}
                  {stacks.data?.stacks.map((stack) => (
                    <Item
                      key={`deploy-${stack.id}`}
                      icon={Layers}
                      value={`Deploy ${stack.title}`}
                      onSelect={go(() => navigate({ to: '/stacks/$id/deploy', params: { id: stack.id } }))}
                    />
                  ))}
                  {stacks.data?.stacks.map((stack) => (
                    <Item
                      key={`logs-${stack.id}`}
                      icon={ScrollText}
                      value={`Logs of ${stack.title}`}
                      hint="everywhere"
                      onSelect={go(() => navigate({ to: '/logs', search: { on: 'all', stacks: `ph-${stack.id}` } }))}
                    />
                  ))}
                </Command.Group>
                <Command.Group heading="Workflows" className={heading}>
                  <Item icon={CalendarClock} value="Schedules" onSelect={go(() => navigate({ to: '/schedules', search: {} }))} />
                  <Item icon={CalendarClock} value="Maintenance windows" onSelect={go(() => navigate({ to: '/schedules', search: { tab: 'windows' } }))} />
                  {workflows.data?.workflows.map((workflow) => (
                    <Item
                      key={workflow.id}
                      icon={ListChecks}
                      value={workflow.title}
                      hint={workflow.kind}
                      onSelect={go(() => navigate({ to: '/workflows/$id', params: { id: workflow.id } }))}
                    />
                  ))}
                </Command.Group>
                <Command.Group heading="Documents" className={heading}>
                  {documents.data?.documents.map((document) => (
                    <Item
                      key={document.id}
                      icon={FileText}
                      value={document.title}
                      hint={document.kind}
                      onSelect={go(() => navigate({ to: '/documents/$name', params: { name: document.name }, search: {} }))}
                    />
                  ))}
                </Command.Group>
                <Command.Group heading="Commands" className={heading}>
                  <Item icon={Plus} value="Add a server" onSelect={go(() => navigate({ to: '/fleet', search: { dialog: 'add' } }))} />
                  <Item icon={FileInput} value="Import ~/.ssh/config" onSelect={go(() => navigate({ to: '/fleet', search: { dialog: 'import' } }))} />
                  <Item icon={SquareTerminal} value="Run a command on servers" onSelect={go(() => navigate({ to: '/exec' }))} />
                  {recordPlaces.map(({ tab, title }) => (
                    <Item
                      key={tab}
                      icon={NotebookText}
                      value={title}
                      hint="Records"
                      onSelect={go(() => navigate({ to: '/records/$tab', params: { tab }, search: {} }))}
                    />
                  ))}
                  {stackPlaces.map(({ to, title }) => (
                    <Item key={to} icon={Layers} value={title} hint="Stacks" onSelect={go(() => navigate({ to }))} />
                  ))}
                  <Item icon={Activity} value="Health" onSelect={go(() => navigate({ to: '/health', search: {} }))} />
                  {alertPlaces.map(({ tab, title }) => (
                    <Item
                      key={title}
                      icon={BellRing}
                      value={title}
                      onSelect={go(() => navigate({ to: '/alerts', search: tab === undefined ? {} : { tab } }))}
                    />
                  ))}
                  <Item icon={BellRing} value="New alert rule" onSelect={go(() => navigate({ to: '/alerts/new-rule' }))} />
                  <Item icon={ScrollText} value="Logs" onSelect={go(() => navigate({ to: '/logs', search: {} }))} />
                  <Item icon={ListChecks} value="Operations" onSelect={go(() => navigate({ to: '/operations' }))} />
                  <Item icon={Settings} value="Settings" onSelect={go(() => navigate({ to: '/settings' }))} />
                  <Item icon={CircleHelp} value="Keyboard shortcuts" hint="?" onSelect={go(onShortcuts)} />
                </Command.Group>
              </Command.List>
            </Command>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
