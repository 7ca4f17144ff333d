import { os } from '../../src/main/rpc/procedures.ts';
import type { FoundProject, Project } from '../../src/shared/contract/projects.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { StackId } from '../../src/shared/model/ids.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;

function presetProjects(nowMs: number): Project[] {
  return [
    {
      id: 'rag-bench' as StackId,
      version: 4,
      takenAtMs: nowMs - 3 * dayMs,
      from: {
        kind: 'git',
        url: 'https://git.example.com/research/rag-bench.git',
        ref: 'main',
        subdirectory: 'deploy',
        commit: '5e1d2b7c90fa44b1a2c3d4e5f60718293a4b5c6d',
      },
      composeFiles: ['compose.yaml', 'compose.gpu.yaml'],
      profiles: ['eval'],
      files: 41,
      services: ['api', 'worker', 'qdrant', 'reranker', 'grafana'],
      secrets: [
        { name: 'OPENAI_API_KEY', usedBy: ['api', 'worker'], changedAtMs: nowMs - 40 * dayMs },
        { name: 'QDRANT__SERVICE__API_KEY', usedBy: ['qdrant', 'api'], changedAtMs: nowMs - 3 * dayMs },
        { name: 'GRAFANA_PASSWORD', usedBy: [], changedAtMs: nowMs - 200 * dayMs },
      ],
      kept: ['data/qdrant', 'data/grafana'],
    },
    {
      id: 'team-wiki' as StackId,
      version: 1,
      takenAtMs: nowMs - 21 * dayMs,
      from: { kind: 'folder', path: '/home/mara/projects/team-wiki' },
      composeFiles: ['docker-compose.yml'],
      profiles: [],
      files: 6,
      services: ['wiki', 'postgres'],
      secrets: [{ name: 'POSTGRES_PASSWORD', usedBy: ['postgres', 'wiki'], changedAtMs: nowMs - 21 * dayMs }],
      kept: [],
    },
    {
      id: 'label-studio' as StackId,
      version: 2,
      takenAtMs: nowMs - 9 * dayMs,
      from: { kind: 'server', server: 'stage-02', project: 'labelstudio', path: '/opt/labelstudio' },
      composeFiles: ['compose.yaml'],
      profiles: [],
      files: 3,
      services: ['label-studio'],
      secrets: [],
      kept: ['mydata'],
    },
  ];
}

/** Implements `projects` of the contract. A folder or repository whose name holds `missing` is not there. */
export function projectsHandlers(world: World) {
  const projects = presetProjects(Date.now());
  const find = (id: string) => {
    const found = projects.find((project) => project.id === id);
    if (!found) throw new AppError('stack.not-found', { id });
    return found;
  };
  const put = (project: Project) => {
    const at = projects.findIndex((each) => each.id === project.id);
    if (at < 0) projects.push(project);
    else projects[at] = project;
    return project;
  };
  const foundOn = (serverName: string, index: number): FoundProject[] =>
    index % 3 === 1
      ? []
      : [
          {
            serverName,
            project: index % 3 === 0 ? 'monitoring' : 'labelstudio',
            services: index % 3 === 0 ? ['prometheus', 'grafana', 'node-exporter'] : ['label-studio', 'postgres'],
            running: index % 3 === 0 ? 3 : 1,
            containers: index % 3 === 0 ? 3 : 2,
            workingDirectory: index % 3 === 0 ? '/opt/monitoring' : '/home/ops/labelstudio',
            configFiles:
              index % 3 === 0 ? ['/opt/monitoring/docker-compose.yml'] : ['/home/ops/labelstudio/compose.yaml', '/home/ops/labelstudio/compose.override.yaml'],
          },
        ];
  return {
    list: os.projects.list.handler(() => ({ projects: [...projects].sort((a, b) => a.id.localeCompare(b.id)) })),
    add: os.projects.add.handler(({ input }) => {
      const { source } = input;
      if (projects.some((project) => project.id === input.id)) {
        throw new AppError('stack.parameter-invalid', { name: 'name', problem: `there is a stack called ${input.id} already` });
      }
      if (JSON.stringify(source).includes('missing')) {
        throw new AppError('stack.definition-invalid', {
          source: source.kind === 'git' ? source.url : source.path,
          issues: ['there is no compose file in it'],
        });
      }
      const project: Project = {
        id: input.id,
        version: 1,
        takenAtMs: Date.now(),
        from:
          source.kind === 'git'
            ? { kind: 'git', url: source.url, ref: source.ref ?? 'HEAD', subdirectory: source.subdirectory ?? '', commit: 'b7c90fa44b1a2c3d' }
            : source,
        composeFiles: ['compose.yaml'],
        profiles: [...(input.choice?.profiles ?? [])],
        files: 8,
        services: ['web', 'api', 'postgres'],
        secrets: [
          { name: 'POSTGRES_PASSWORD', usedBy: ['postgres', 'api'], changedAtMs: Date.now() },
          { name: 'SESSION_SECRET', usedBy: ['api'], changedAtMs: Date.now() },
        ],
        kept: ['uploads'],
      };
      put(project);
      return { project, notes: ['.env.example is an example and was left out', 'build: of api is not used: images are pulled, not built'] };
    }),
    refresh: os.projects.refresh.handler(({ input }) => {
      const before = find(input.id);
      const { from } = before;
      const moved = before.id !== 'team-wiki';
      const project = put({
        ...before,
        version: before.version + (moved ? 1 : 0),
        takenAtMs: Date.now(),
        from: from.kind === 'git' ? { ...from, ref: input.ref ?? from.ref, commit: moved ? 'c0ffee1290fa44b1a2c3' : from.commit } : from,
      });
      return {
        project,
        notes: [],
        changes: moved
          ? [
              { path: 'compose.gpu.yaml', change: 'changed' as const },
              { path: 'config/reranker.toml', change: 'added' as const },
              { path: 'config/old.toml', change: 'removed' as const },
            ]
          : [],
        secretsChanged: moved ? ['QDRANT__SERVICE__API_KEY'] : [],
      };
    }),
    remove: os.projects.remove.handler(({ input }) => {
      const project = find(input.id);
      if (project.id === 'rag-bench' && !input.force) throw new AppError('stack.deployed', { stack: project.id, servers: ['stage-03', 'stage-04'] });
      projects.splice(projects.indexOf(project), 1);
      return {};
    }),
    discover: os.projects.discover.handler(({ input }) => {
      const rows = world.select(input.selector);
      return {
        found: rows.filter((row) => row.connection === 'connected').flatMap((row, index) => foundOn(row.server.name, index)),
        failures: rows
          .filter((row) => row.connection !== 'connected')
          .map((row) => ({
            serverName: row.server.name,
            error: row.connectionError ?? { code: 'ssh.connection-lost' as const, data: { server: row.server.name } },
          })),
      };
    }),
    adopt: os.projects.adopt.handler(({ input }) => {
      const row = world.byName(input.server);
      if (row.server.name.endsWith('4')) {
        throw new AppError('stack.differs', {
          server: input.server,
          project: input.project,
          differences: ['grafana runs another image than its compose file says', 'node-exporter is not in the compose file'],
        });
      }
      world.guard([row], input.confirm, input.server, `${input.project} becomes a project of yours. What runs is its first release; no container is touched.`);
      const id = (input.id ?? input.project) as StackId;
      const project = put({
        id,
        version: 1,
        takenAtMs: Date.now(),
        from: { kind: 'server', server: input.server, project: input.project, path: `/opt/${input.project}` },
        composeFiles: ['docker-compose.yml'],
        profiles: [],
        files: 5,
        services: ['prometheus', 'grafana', 'node-exporter'],
        secrets: [{ name: 'GF_SECURITY_ADMIN_PASSWORD', usedBy: ['grafana'], changedAtMs: Date.now() }],
        kept: ['data'],
      });
      return {
        project,
        notes: [],
        operation: world.operations.start({
          kind: 'stack-adopt',
          title: `Adopting ${input.project}`,
          subject: id,
          rows: [row],
          steps: [{ id: 'adopt', title: 'Write the first release' }],
          who: 'Mara',
        }),
      };
    }),
  };
}
