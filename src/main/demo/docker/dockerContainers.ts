import { parseOptions } from './commandLine.ts';
import { type Container, containerState } from './container.ts';
import { type DockerVerbs, formatOption, inspectAll, one, type Verb } from './dockerVerb.ts';
import { drawTable, inspectContainer, inspectImage, psRow, showLogs, sinceMs } from './dockerViews.ts';
import { DockerError, type Engine } from './engine.ts';
import { execInContainer } from './execInContainer.ts';
import { goTemplate } from './goTemplate.ts';

function needed(engine: Engine, reference: string): Container {
  const container = engine.find(reference);
  if (!container) throw new DockerError(`No such container: ${reference}`);
  return container;
}

function matches(container: Container, filter: string): boolean {
  const cut = filter.indexOf('=');
  const [key, value] = [filter.slice(0, cut), filter.slice(cut + 1)];
  if (key === 'label') {
    const labelCut = value.indexOf('=');
    return labelCut === -1 ? value in container.labels : container.labels[value.slice(0, labelCut)] === value.slice(labelCut + 1);
  }
  if (key === 'name') return container.name.includes(value.replace(/^\^?\/?|\$$/g, ''));
  if (key === 'status') return containerState(container) === value;
  if (key === 'id') return container.id.startsWith(value);
  return true;
}

/** Commands about containers. Formats: Docker 28.3. */
export const containersVerbs: DockerVerbs = {
  async ps({ call, args, ports }) {
    const { options } = parseOptions(
      args,
      {
        '-a': ['all', false],
        '--all': ['all', false],
        '-q': ['quiet', false],
        '--quiet': ['quiet', false],
        '--filter': ['filter', true],
        '-f': ['filter', true],
        '--format': ['format', true],
        '--no-trunc': ['no-trunc', false],
        '-n': ['last', true],
        '-s': ['size', false],
      },
      true,
    );
    const now = Date.now();
    const containers = ports.engine
      .containers()
      .filter((container) => options.has('all') || containerState(container) === 'running')
      .filter((container) => (options.get('filter') ?? []).every((filter) => matches(container, filter)));
    const rows = containers.map((container) => ({ ...psRow(container, now), ...(options.has('no-trunc') ? { ID: container.id } : {}) }));
    const format = one(options, 'format');
    if (options.has('quiet')) await call.out(rows.map((row) => `${row['ID']}\n`).join(''));
    else if (format === 'json') await call.out(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    else if (format && !format.startsWith('table')) await call.out(rows.map((row) => `${goTemplate(format, row)}\n`).join(''));
    else {
      const columns = ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'];
      await call.out(
        drawTable(
          ['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'],
          rows.map((row) => columns.map((column) => row[column as keyof typeof row] ?? '')),
        ),
      );
    }
    return 0;
  },

  async inspect({ call, args, ports }) {
    const { options, rest } = parseOptions(args, { ...formatOption, '-s': ['size', false], '--type': ['type', true] }, true);
    return inspectAll(call, one(options, 'format'), rest, (reference) => {
      const container = one(options, 'type') === 'image' ? null : ports.engine.find(reference);
      if (container) return inspectContainer(container, Date.now());
      const image = one(options, 'type') === 'container' ? null : ports.engine.image(reference);
      return image ? inspectImage(image) : null;
    });
  },

  async logs({ call, args, ports }) {
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
        '--details': ['details', false],
      },
      true,
    );
    const tail = one(options, 'tail');
    await showLogs(
      call,
      ports.engine,
      [needed(ports.engine, rest[0] ?? '')],
      {
        follow: options.has('follow'),
        timestamps: options.has('timestamps'),
        tail: tail === undefined || tail === 'all' ? null : Number(tail),
        sinceMs: sinceMs(one(options, 'since') ?? '', Date.now()),
      },
      () => '',
    );
    return 0;
  },

  async exec({ call, args, ports }) {
    const { rest } = parseOptions(
      args,
      {
        '-i': ['interactive', false],
        '-t': ['tty', false],
        '-d': ['detach', false],
        '-e': ['env', true],
        '--env': ['env', true],
        '-u': ['user', true],
        '--user': ['user', true],
        '-w': ['workdir', true],
      },
      false,
    );
    const container = needed(ports.engine, rest[0] ?? '');
    if (containerState(container) !== 'running') throw new DockerError(`container ${container.id} is not running`);
    return execInContainer(call, ports.engine, container, rest.slice(1));
  },

  stop: (verb) => change(verb, (engine, container) => engine.stop(container)),

  start: (verb) => change(verb, (engine, container) => engine.start(container)),

  async restart(verb) {
    return change(verb, async (engine, container) => {
      await engine.stop(container);
      await engine.start(container);
    });
  },

  kill: (verb) => change(verb, (engine, container) => engine.stop(container)),

  async rm(verb) {
    const force = verb.args.some((arg) => /^(-[a-zA-Z]*f|--force)/.test(arg));
    return change(verb, async (engine, container) => {
      if (containerState(container) === 'running' && !force) {
        throw new DockerError(`cannot remove container "${container.name}": container is running: stop the container before removing or force remove`);
      }
      await engine.remove(container);
    });
  },
};

async function change({ call, args, ports }: Verb, work: (engine: Engine, container: Container) => Promise<void>): Promise<number> {
  const { rest } = parseOptions(
    args,
    {
      '-f': ['force', false],
      '--force': ['force', false],
      '-v': ['volumes', false],
      '--volumes': ['volumes', false],
      '-t': ['timeout', true],
      '--timeout': ['timeout', true],
      '-s': ['signal', true],
    },
    true,
  );
  let code = 0;
  for (const reference of rest) {
    try {
      await work(ports.engine, needed(ports.engine, reference));
      await call.out(`${reference}\n`);
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      await call.err(`Error response from daemon: ${error.message}\n`);
      code = 1;
    }
  }
  return code;
}
