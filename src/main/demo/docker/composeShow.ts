import { stringify } from 'yaml';
import type { Call } from '../callServer.ts';
import { parseOptions } from './commandLine.ts';
import { chosen, composeVersion, type Invocation, load, one, own, projectName, warnUnset } from './composeInvocation.ts';
import { containerState } from './container.ts';
import { composePsRow, drawTable, showLogs, sinceMs } from './dockerViews.ts';
import { goTemplate } from './goTemplate.ts';

/** `docker compose version`. */
export async function version(call: Call, args: readonly string[]): Promise<number> {
  const format = args.join(' ');
  if (/--short/.test(format)) await call.out(`${composeVersion}\n`);
  else if (/json/.test(format)) await call.out(`${JSON.stringify({ version: `v${composeVersion}` })}\n`);
  else await call.out(`Docker Compose version v${composeVersion}\n`);
  return 0;
}

/** `docker compose config`. */
export async function config(invocation: Invocation): Promise<number> {
  const { call, args } = invocation;
  const { options, rest } = parseOptions(
    args,
    {
      '-q': ['quiet', false],
      '--quiet': ['quiet', false],
      '--services': ['services', false],
      '--volumes': ['volumes', false],
      '--networks': ['networks', false],
      '--images': ['images', false],
      '--profiles': ['profiles', false],
      '--hash': ['hash', true],
      '--format': ['format', true],
      '--no-interpolate': ['no-interpolate', false],
      '--resolve-image-digests': ['resolve', false],
      '--no-consistency': ['no-consistency', false],
      '--environment': ['environment', false],
    },
    true,
  );
  const project = load(invocation);
  await warnUnset(call, project);
  const services = chosen(project, rest);
  const lines = (items: readonly string[]): Promise<void> => call.out(items.map((item) => `${item}\n`).join(''));
  const hash = one(options, 'hash');
  if (options.has('quiet')) return 0;
  if (options.has('services')) await lines(services.map(({ name }) => name));
  else if (options.has('images')) await lines(services.map(({ image }) => image));
  else if (options.has('volumes')) await lines(project.volumes.map((name) => name.slice(project.name.length + 1)));
  else if (options.has('networks')) await lines(project.networks.map((name) => name.slice(project.name.length + 1)));
  else if (hash !== undefined)
    await lines(services.filter(({ name }) => hash === '*' || hash.split(',').includes(name)).map((service) => `${service.name} ${service.hash}`));
  else if (one(options, 'format') === 'json') await call.out(`${JSON.stringify(project.document, null, 2)}\n`);
  else await call.out(stringify(project.document));
  return 0;
}

/** `docker compose ps`. */
export async function ps(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
  const { options, rest } = parseOptions(
    args,
    {
      '-a': ['all', false],
      '--all': ['all', false],
      '-q': ['quiet', false],
      '--quiet': ['quiet', false],
      '--format': ['format', true],
      '--services': ['services', false],
      '--no-trunc': ['no-trunc', false],
      '--filter': ['filter', true],
      '--status': ['status', true],
      '--orphans': ['orphans', false],
    },
    true,
  );
  const now = Date.now();
  const containers = own(ports.engine, projectName(invocation), rest).filter(
    (container) => options.has('all') || options.has('status') || containerState(container) === 'running',
  );
  const rows = containers.map((container) => composePsRow(container, now));
  const format = one(options, 'format');
  if (options.has('quiet')) await call.out(containers.map(({ id }) => `${id}\n`).join(''));
  else if (options.has('services')) await call.out([...new Set(containers.map(({ service }) => service))].map((name) => `${name}\n`).join(''));
  else if (format === 'json') await call.out(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  else if (format && format !== 'table') await call.out(rows.map((row) => `${goTemplate(format, row)}\n`).join(''));
  else {
    const column = (row: Record<string, unknown>, name: string): string => String(row[name] ?? '');
    await call.out(
      drawTable(
        ['NAME', 'IMAGE', 'COMMAND', 'SERVICE', 'CREATED', 'STATUS', 'PORTS'],
        rows.map((row) => ['Name', 'Image', 'Command', 'Service', 'RunningFor', 'Status', 'Ports'].map((name) => column(row, name))),
      ),
    );
  }
  return 0;
}

/** `docker compose ls`. */
export async function ls({ call, args, ports }: Invocation): Promise<number> {
  const names = [...new Set(ports.engine.containers().flatMap(({ project }) => project ?? []))].sort();
  const rows = names.map((name) => {
    const containers = own(ports.engine, name);
    return {
      Name: name,
      Status: `running(${containers.filter((container) => containerState(container) === 'running').length})`,
      ConfigFiles: containers[0]?.labels['com.docker.compose.project.config_files'] ?? '',
    };
  });
  if (args.includes('-q')) await call.out(names.map((name) => `${name}\n`).join(''));
  else if (args.join(' ').includes('json')) await call.out(`${JSON.stringify(rows)}\n`);
  else
    await call.out(
      drawTable(
        ['NAME', 'STATUS', 'CONFIG FILES'],
        rows.map((row) => [row.Name, row.Status, row.ConfigFiles]),
      ),
    );
  return 0;
}

/** `docker compose images`. */
export async function images(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
  const containers = own(ports.engine, projectName(invocation));
  if (args.includes('-q')) await call.out(containers.map(({ imageId }) => `${imageId.slice(7)}\n`).join(''));
  else {
    await call.out(
      drawTable(
        ['CONTAINER', 'REPOSITORY', 'TAG', 'IMAGE ID', 'SIZE'],
        containers.map(({ name, image, imageId }) => [
          name,
          image.slice(0, image.lastIndexOf(':')),
          image.slice(image.lastIndexOf(':') + 1),
          imageId.slice(7, 19),
          '120MB',
        ]),
      ),
    );
  }
  return 0;
}

/** `docker compose logs`. */
export async function logs(invocation: Invocation): Promise<number> {
  const { call, args, ports } = invocation;
  const { options, rest } = parseOptions(
    args,
    {
      '-f': ['follow', false],
      '--follow': ['follow', false],
      '-t': ['timestamps', false],
      '--timestamps': ['timestamps', false],
      '-n': ['tail', true],
      '--tail': ['tail', true],
      '--since': ['since', true],
      '--until': ['until', true],
      '--no-color': ['no-color', false],
      '--no-log-prefix': ['no-prefix', false],
      '--index': ['index', true],
    },
    true,
  );
  const containers = own(ports.engine, projectName(invocation), rest);
  const tail = one(options, 'tail');
  const width = Math.max(0, ...containers.map(({ name, project }) => name.length - (project ?? '').length - 1));
  await showLogs(
    call,
    ports.engine,
    containers,
    {
      follow: options.has('follow'),
      timestamps: options.has('timestamps'),
      tail: tail === undefined || tail === 'all' ? null : Number(tail),
      sinceMs: sinceMs(one(options, 'since') ?? '', Date.now()),
    },
    (container) => (options.has('no-prefix') ? '' : `${container.name.replace(`${container.project}-`, '').padEnd(width)}  | `),
  );
  return 0;
}
