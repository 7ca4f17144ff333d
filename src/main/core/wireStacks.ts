import { join } from 'node:path';
import type { ServerId } from '../../shared/model/ids.ts';
import { secretsHandlers } from '../features/secrets/secretsHandlers.ts';
import { stackDay2Handlers } from '../features/stacks/day2/stackDay2Handlers.ts';
import { stackPlansHandlers } from '../features/stacks/plan/stackPlansHandlers.ts';
import { openProjectStore } from '../features/stacks/projects/projectStore.ts';
import { projectsHandlers } from '../features/stacks/projects/projectsHandlers.ts';
import { createProjectsService } from '../features/stacks/projects/projectsService.ts';
import { stackReleasesHandlers } from '../features/stacks/release/stackReleasesHandlers.ts';
import { stackLocksHandlers, stackTestsHandlers } from '../features/stacks/rollout/stackTestsHandlers.ts';
import { createStackTestsService } from '../features/stacks/rollout/stackTestsService.ts';
import { stackSecretsHandlers } from '../features/stacks/secrets/stackSecretsHandlers.ts';
import { createStackSecretsService } from '../features/stacks/secrets/stackSecretsService.ts';
import { stackLintHandlers } from '../features/stacks/stackLintHandlers.ts';
import { createStackLintService } from '../features/stacks/stackLintService.ts';
import { stacksHandlers } from '../features/stacks/stacksHandlers.ts';
import { createStacksService, type StacksService } from '../features/stacks/stacksService.ts';
import { deploymentHandlers } from './deploymentHandlers.ts';
import { DeploymentView } from './deploymentView.ts';
import type { Foundation } from './openFoundation.ts';
import { stackSettings } from './stackSettings.ts';
import { withinWindows } from './wireSchedules.ts';

/** Stacks as the core holds them: catalogue and rollouts, a person's own projects, tests, lint, secrets, and what is deployed where. */
export type WiredStacks = ReturnType<typeof wireStacks>;

/** Makes all that knows of stacks. `changed` is told of servers on which what is deployed has changed. */
export function wireStacks(base: Foundation, changed: (id: ServerId) => void) {
  const { directory, resources, database, operations, windows, secrets, settings, servers, serverDirectory } = base;
  const { selectServers, remoteOf: remote, who, nowMs, log } = base;
  const facts = (id: ServerId) => servers.facts(id);
  const stacks: StacksService = createStacksService({
    ...{ database, selectServers, remote, facts, secrets, mask: base.mask, who },
    stacksDirectory: join(resources, 'stacks'),
    ownStacksDirectory: join(directory, 'stacks'),
    operations: withinWindows(operations, windows, (id) => serverDirectory.byId(id)),
    ...stackSettings(() => settings.get()),
    seenPorts: (id) => deployments.ports(id),
  });
  const stackIds = async () => (await stacks.catalog()).map(({ id }) => id);
  const projects = createProjectsService({
    ...{ operations, cells: stacks.cells, selectServers, remote, secrets, who, nowMs },
    store: openProjectStore(join(directory, 'stacks')),
    otherStacks: stackIds,
    deployedOn: (id) => servers.all().flatMap((server) => (deployments.of(server.id).some(({ stackId }) => stackId === id) ? [server.name] : [])),
  });
  const tests = createStackTestsService({ selectServers, remote, who });
  const deployments = new DeploymentView({
    ...{ database, operations, onChanged: changed, nowMs, log },
    status: (selector) => stacks.status({ selector }),
  });
  const stackSecrets = createStackSecretsService({
    ...{ secrets, cells: stacks.cells, operations, selectServers, remote, who },
    stack: (id) => stacks.source(id),
    deployed: () =>
      deployments
        .inventory(servers.all())
        .flatMap(({ serverName, stackId, release }) => (stackId === null || release === null ? [] : [{ serverName, stackId, release }])),
  });
  const lint = createStackLintService({
    ...{ selectServers, facts },
    trapsFile: join(resources, 'traps', 'traps.yaml'),
    source: (id) => stacks.source(id),
    rendered: (request) => stacks.rendered(request),
    ports: (id) => deployments.ports(id),
  });
  return {
    ...{ stacks, stackIds, deployments, tests, lint },
    handlers: {
      stacks: { ...stacksHandlers(stacks), ...deploymentHandlers(deployments, { all: () => servers.all(), select: base.select }) },
      stackPlans: stackPlansHandlers(stacks.plans),
      stackDay2: stackDay2Handlers(stacks.day2),
      stackReleases: stackReleasesHandlers(stacks),
      projects: projectsHandlers(projects),
      stackTests: stackTestsHandlers(tests),
      stackLocks: stackLocksHandlers(tests),
      lint: stackLintHandlers(lint),
      secrets: { ...secretsHandlers(secrets, (name) => stackSecrets.usesOf(name)), ...stackSecretsHandlers(stackSecrets) },
    },
  };
}
