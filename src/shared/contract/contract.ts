import { accessContract } from './access.ts';
import { catalogueContract } from './catalogue.ts';
import { documentsContract } from './documents.ts';
import { execContract } from './exec.ts';
import { filesContract } from './files.ts';
import { fitContract } from './fit.ts';
import { groupsContract } from './groups.ts';
import { keysContract } from './keys.ts';
import { operationsContract } from './operations.ts';
import { projectsContract } from './projects.ts';
import { resourcesContract } from './resources.ts';
import { secretsContract } from './secrets.ts';
import { serversContract } from './servers.ts';
import { demoContract, settingsContract } from './settings.ts';
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
  keys: keysContract,
  exec: execContract,
  files: filesContract,
  operations: operationsContract,
  terminals: terminalsContract,
  tunnels: tunnelsContract,
  workflows: workflowsContract,
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
  demo: demoContract,
};
export type Contract = typeof contract;
