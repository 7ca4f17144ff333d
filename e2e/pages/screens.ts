import type { World } from '../simulated/world.ts';

/** One screen of the app: its address in a simulated world, and the heading by which it is known to be there. */
export interface Screen {
  name: string;
  address(world: World): string;
  heading: string | RegExp;
  /** One that people work in all day, and that changes most with the size of window and fleet. */
  main?: true;
}

const firstServer = (world: World) => world.rows.values()[0]?.server.name ?? 'none';
const stagingServer = (world: World) => world.rows.values().find((row) => row.server.environment === 'staging');

const awayServers = (world: World) =>
  world.rows
    .values()
    .filter((row) => row.connection !== 'connected')
    .map((row) => row.server.name)
    .join(',');

const firstDeployment = (world: World) => {
  const row = world.rows.values().find((each) => each.stacks.length > 0);
  return `/servers/${row?.server.name ?? 'none'}/stacks/${row?.stacks[0]?.stackId ?? 'none'}`;
};

const alertKey = (world: World, cause: string) => encodeURIComponent(world.alerts.values().find((alert) => alert.cause === cause)?.key ?? 'none');

/** Every screen. */
export const screens: readonly Screen[] = [
  { name: 'fleet', address: () => '/fleet', heading: 'Fleet', main: true },
  { name: 'fleet-add', address: () => '/fleet?dialog=add', heading: 'Add a server' },
  { name: 'fleet-import', address: () => '/fleet?dialog=import', heading: 'Import servers' },
  { name: 'fleet-export', address: () => '/fleet?dialog=export', heading: 'Export servers' },
  { name: 'fleet-edit', address: (world) => `/fleet?dialog=edit&server=${firstServer(world)}`, heading: /^Edit / },
  { name: 'fleet-remove', address: (world) => `/fleet?dialog=remove&server=${firstServer(world)}`, heading: /^Remove / },
  { name: 'fleet-labels', address: () => '/fleet?dialog=labels&on=all', heading: /^Environment, tags and groups of / },
  { name: 'fleet-trust', address: (world) => `/fleet?trust=${firstServer(world)}`, heading: /^Trust / },
  { name: 'server-overview', address: (world) => `/servers/${firstServer(world)}/overview`, heading: /-\d+$/, main: true },
  { name: 'server-setup', address: (world) => `/servers/${firstServer(world)}/setup`, heading: /-\d+$/ },
  { name: 'server-access', address: (world) => `/servers/${firstServer(world)}/access`, heading: /-\d+$/ },
  { name: 'server-login', address: (world) => `/servers/${firstServer(world)}/access?dialog=login`, heading: /^Log in to / },
  { name: 'server-stacks', address: (world) => `/servers/${firstServer(world)}/stacks`, heading: /-\d+$/ },
  { name: 'server-runs', address: (world) => `/servers/${firstServer(world)}/runs`, heading: /-\d+$/ },
  { name: 'server-terminal', address: (world) => `/servers/${firstServer(world)}/terminal`, heading: /-\d+$/, main: true },
  { name: 'server-logs', address: (world) => `/servers/${firstServer(world)}/logs?log=journal`, heading: /-\d+$/ },
  { name: 'server-files', address: (world) => `/servers/${firstServer(world)}/files?path=%2Fsrv%2Fmodels`, heading: /-\d+$/ },
  { name: 'server-network', address: (world) => `/servers/${firstServer(world)}/network`, heading: /-\d+$/ },
  { name: 'health', address: () => '/health', heading: 'Health', main: true },
  { name: 'health-server', address: (world) => `/health?on=${firstServer(world)}&range=15m`, heading: 'Health' },
  { name: 'health-engines', address: () => '/health?charts=engines&range=6h', heading: 'Health' },
  { name: 'health-apart', address: () => '/health?charts=gpus&by=server&range=24h', heading: 'Health' },
  { name: 'health-none', address: () => '/health?on=nobody-has-this-name', heading: 'Health' },
  { name: 'backups', address: () => '/backups', heading: 'Backups' },
  { name: 'backup', address: (world) => firstDeployment(world).replace('/servers/', '/backups/').replace('/stacks/', '/'), heading: /^Backups of / },
  { name: 'stacks', address: () => '/stacks', heading: 'Stacks' },
  { name: 'stack', address: () => '/stacks/privaxai', heading: 'PrivaXAI' },
  { name: 'stack-health', address: () => '/stacks/ai-gateway?tab=health', heading: 'AI gateway' },
  { name: 'stack-data', address: () => '/stacks/ai-gateway?tab=data', heading: 'AI gateway' },
  { name: 'stack-values', address: () => '/stacks/ai-gateway?tab=values', heading: 'AI gateway' },
  { name: 'deploy', address: () => '/stacks/ai-gateway/deploy?on=env%3Astaging', heading: 'Deploy AI gateway' },
  { name: 'deploy-servers', address: () => '/stacks/privaxai/deploy?on=gpu-us-05,stage-13&step=servers', heading: 'Deploy PrivaXAI' },
  { name: 'deploy-plan', address: () => '/stacks/privaxai/deploy?on=gpu-us-05,stage-13&step=plan', heading: 'Deploy PrivaXAI' },
  {
    name: 'deploy-confirm',
    address: () => '/stacks/privaxai/deploy?on=gpu-us-05,stage-13&step=confirm&accept=%5B%22port-policy%22%5D',
    heading: 'Deploy PrivaXAI',
  },
  { name: 'deployment', address: (world) => `${firstDeployment(world)}`, heading: / on /, main: true },
  { name: 'deployment-releases', address: (world) => `${firstDeployment(world)}?view=releases`, heading: / on / },
  { name: 'deployment-drift', address: (world) => `${firstDeployment(world)}?view=drift`, heading: / on / },
  { name: 'deployment-lint', address: (world) => `${firstDeployment(world)}?view=lint`, heading: / on / },
  { name: 'deployment-tests', address: (world) => `${firstDeployment(world)}?view=tests`, heading: / on / },
  { name: 'deployment-models', address: (world) => `${firstDeployment(world)}?view=models`, heading: / on / },
  { name: 'deployment-space', address: (world) => `${firstDeployment(world)}?view=space`, heading: / on / },
  { name: 'lint', address: () => '/lint?stack=ai-gateway&explain=X-002', heading: 'Lint' },
  { name: 'lint-files', address: () => '/lint?view=files', heading: 'Lint' },
  { name: 'lint-rules', address: () => '/lint?view=rules', heading: 'Lint' },
  { name: 'projects', address: () => '/projects', heading: 'Own projects' },
  { name: 'projects-add', address: () => '/projects?dialog=add', heading: 'Add a project of your own' },
  { name: 'projects-found', address: () => '/projects?view=found&on=all', heading: 'Own projects' },
  { name: 'secrets', address: (world) => `/secrets?item=${encodeURIComponent([...world.secrets.keys()][1] ?? '')}`, heading: 'Secrets' },
  { name: 'secrets-import', address: () => '/secrets?dialog=import', heading: 'Import secrets from an env file' },
  { name: 'workflows', address: () => '/workflows', heading: 'Workflows' },
  { name: 'workflow', address: () => '/workflows/security-hardening?on=env%3Astaging', heading: 'Security hardening' },
  { name: 'schedules', address: () => '/schedules?item=patches', heading: 'Schedules' },
  { name: 'schedules-add', address: () => '/schedules?dialog=add', heading: 'Put on the calendar' },
  { name: 'schedules-edit', address: () => '/schedules?dialog=edit&item=patches', heading: /^Change patches|^Schedules$/ },
  { name: 'schedules-adopt', address: () => '/schedules?dialog=adopt', heading: 'Take over a maintenance schedule' },
  { name: 'schedules-windows', address: () => '/schedules?tab=windows', heading: 'Schedules' },
  { name: 'exec', address: () => '/exec?on=all', heading: 'Run a command' },
  { name: 'operations', address: () => '/operations', heading: 'Operations' },
  {
    name: 'operation-run',
    address: (world) => `/operations/op_run0000000000000?server=${stagingServer(world)?.server.id}&step=packages-up-to-date`,
    heading: 'Security hardening',
    main: true,
  },
  { name: 'operation-rollout', address: () => '/operations/op_rollout000000000', heading: 'Rolling privaxai', main: true },
  { name: 'operation-rollout-back', address: () => '/operations/op_rolloutback00000', heading: 'Rolling banksight' },
  { name: 'operation-exec', address: () => '/operations/op_exec00000000000', heading: 'cat /etc/docker/daemon.json', main: true },
  { name: 'operation-canary', address: () => '/operations/op_canary0000000000', heading: 'systemctl restart docker' },
  { name: 'operation-timeline', address: () => '/operations/op_run0000000000000?view=timeline', heading: 'Security hardening' },
  { name: 'audits', address: () => '/audits', heading: 'Audits' },
  { name: 'audits-compare', address: () => '/audits?view=compare', heading: 'Audits' },
  { name: 'audit', address: () => '/audits/op_audit00000000003', heading: 'Audit: Security hardening' },
  { name: 'search', address: () => '/search?q=revert', heading: 'Search output' },
  { name: 'terminals', address: () => '/terminals', heading: 'Terminals' },
  { name: 'terminals-recordings', address: () => '/terminals?view=recordings', heading: 'Terminals' },
  { name: 'terminals-recording', address: () => '/terminals?recording=rec_0000000000000002', heading: 'gpu-eu-01 · shell' },
  { name: 'logs-choose', address: () => '/logs', heading: 'Logs' },
  { name: 'logs', address: (world) => `/logs?on=${firstServer(world)}`, heading: 'Logs', main: true },
  {
    name: 'logs-away',
    address: (world) => `/logs?on=${encodeURIComponent(`${firstServer(world)},${awayServers(world)}`)}&levels=fatal,error,warn`,
    heading: 'Logs',
  },
  { name: 'logs-none', address: (world) => `/logs?on=${firstServer(world)}&q=not%20in%20any%20line`, heading: 'Logs' },
  { name: 'logs-pattern', address: (world) => `/logs?on=${firstServer(world)}&q=(&regex=true`, heading: 'Logs' },
  { name: 'logs-error', address: () => '/logs?on=nobody-has-this-name', heading: 'Logs' },
  { name: 'records-groups', address: () => '/records/groups', heading: 'Records' },
  { name: 'records-group', address: () => '/records/groups?item=pool-a', heading: /^pool-a$|^Records$/ },
  { name: 'records-resources', address: () => '/records/resources', heading: 'Records' },
  { name: 'records-documents', address: () => '/records/documents', heading: 'Records' },
  { name: 'records-deployments', address: () => '/records/deployments', heading: 'Records' },
  { name: 'records-instances', address: () => '/records/instances', heading: 'Records' },
  { name: 'document', address: () => '/documents/production-access', heading: 'Access to production' },
  { name: 'document-edit', address: () => '/documents/production-access?edit=true', heading: 'Access to production' },
  { name: 'activity', address: () => '/activity', heading: 'Activity' },
  { name: 'activity-copies', address: () => '/activity?tab=copies', heading: 'Activity' },
  { name: 'activity-verify', address: () => '/activity?dialog=verify', heading: 'Verify the ledger' },
  { name: 'alerts', address: () => '/alerts', heading: 'Alerts', main: true },
  { name: 'alert', address: (world) => `/alerts/${alertKey(world, 'disk-full')}`, heading: 'Disk is full' },
  { name: 'alert-engine', address: (world) => `/alerts/${alertKey(world, 'engine-wedged')}`, heading: 'Engine is stuck' },
  { name: 'alerts-history', address: () => '/alerts?tab=history&since=all', heading: 'Alerts' },
  { name: 'alerts-rules', address: () => '/alerts?tab=rules', heading: 'Alerts' },
  { name: 'alerts-rule', address: () => '/alerts/rules/gpu-hot', heading: 'GPU is hot' },
  { name: 'alerts-rule-text', address: () => '/alerts/rules/nightly-index-slow?view=text', heading: 'Nightly index runs late' },
  { name: 'alerts-rule-new', address: () => '/alerts/new-rule', heading: 'New rule' },
  { name: 'alerts-silences', address: () => '/alerts?tab=silences', heading: 'Alerts' },
  { name: 'alerts-silence', address: () => '/alerts?tab=silences&dialog=silence', heading: 'Silence' },
  { name: 'alerts-channels', address: () => '/alerts?tab=channels', heading: 'Alerts' },
  { name: 'alerts-channel', address: () => '/alerts?tab=channels&dialog=channel&item=chan_0000000000000003', heading: 'Change lead' },
  { name: 'incidents', address: () => '/incidents', heading: 'Incidents' },
  { name: 'incidents-open', address: () => '/incidents?dialog=open', heading: 'Open an incident' },
  { name: 'incidents-contacts', address: () => '/incidents?dialog=contacts', heading: 'Contacts and on-call' },
  { name: 'incident', address: () => '/incidents/INC-2', heading: 'First token takes 9 s on the chat pool' },
  { name: 'incident-run', address: () => '/incidents/INC-2?dialog=run', heading: 'Run a runbook' },
  { name: 'settings', address: () => '/settings', heading: 'Settings' },
];
