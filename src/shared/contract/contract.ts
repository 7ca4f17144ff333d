import { accessContract } from './access.ts';
import { activityContract } from './activity.ts';
import { alertsContract } from './alerts.ts';
import { auditsContract } from './audits.ts';
import { backupsContract } from './backups.ts';
import { catalogueContract } from './catalogue.ts';
import { documentsContract } from './documents.ts';
import { evidenceContract } from './evidence.ts';
import { execContract } from './exec.ts';
import { filesContract } from './files.ts';
import { fitContract } from './fit.ts';
import { groupsContract } from './groups.ts';
import { guideContract } from './guide.ts';
import { healthContract } from './health.ts';
import { approvalsContract, identityContract } from './identity.ts';
import { incidentsContract } from './incidents.ts';
import { keysContract } from './keys.ts';
import { logsContract } from './logs.ts';
import { operationsContract } from './operations.ts';
import { probesContract } from './probes.ts';
import { projectsContract } from './projects.ts';
import { recorderContract } from './recorder.ts';
import { resourcesContract } from './resources.ts';
import { schedulesContract, windowsContract } from './schedules.ts';
import { secretsContract } from './secrets.ts';
import { serversContract } from './servers.ts';
import { demoContract, settingsContract } from './settings.ts';
import { sharingContract } from './sharing.ts';
import { stackDay2Contract } from './stackDay2.ts';
import { lintContract } from './stackLint.ts';
import { stackPlansContract } from './stackPlans.ts';
import { stackReleasesContract } from './stackReleases.ts';
import { stacksContract } from './stacks.ts';
import { stackLocksContract, stackTestsContract } from './stackTests.ts';
import { systemContract } from './system.ts';
import { terminalsContract } from './terminals.ts';
import { tunnelsContract } from './tunnels.ts';
import { workflowsContract } from './workflows.ts';

/** Everything a client can ask of the core, the same over every transport. */
export const contract = {
  system: systemContract,
  servers: serversContract,
  fit: fitContract,
  access: accessContract,
  guide: guideContract,
  keys: keysContract,
  exec: execContract,
  files: filesContract,
  operations: operationsContract,
  evidence: evidenceContract,
  audits: auditsContract,
  terminals: terminalsContract,
  logs: logsContract,
  health: healthContract,
  sharing: sharingContract,
  probes: probesContract,
  recorder: recorderContract,
  alerts: alertsContract,
  tunnels: tunnelsContract,
  workflows: workflowsContract,
  backups: backupsContract,
  schedules: schedulesContract,
  windows: windowsContract,
  stacks: stacksContract,
  stackTests: stackTestsContract,
  stackLocks: stackLocksContract,
  stackPlans: stackPlansContract,
  stackDay2: stackDay2Contract,
  stackReleases: stackReleasesContract,
  lint: lintContract,
  projects: projectsContract,
  groups: groupsContract,
  resources: resourcesContract,
  documents: documentsContract,
  catalogue: catalogueContract,
  settings: settingsContract,
  secrets: secretsContract,
  identity: identityContract,
  approvals: approvalsContract,
  activity: activityContract,
  incidents: incidentsContract,
  demo: demoContract,
};
export type Contract = typeof contract;
