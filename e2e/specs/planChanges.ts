import { stringify } from 'yaml';

/** A service of the project that the changes are made to. */
export type TestService = Record<string, unknown> & {
  environment?: Record<string, string>;
  labels?: Record<string, string>;
  volumes?: unknown[];
  ports?: string[];
};

/** A compose project with what lies beside it, as one that is changed step by step. */
export interface TestProject {
  services: Record<string, TestService>;
  networks: Record<string, Record<string, unknown>>;
  volumes: Record<string, Record<string, unknown>>;
  configs: Record<string, unknown>;
  files: Record<string, string>;
  profiles: string[];
  secret: string;
  /** Text above the compose file, which nothing depends on. */
  comment: string;
}

/** One change. `onServer` runs on the server in place of or beside a change of the project. */
export interface TestChange {
  kind: string;
  what: string;
  change?: (project: TestProject) => void;
  onServer?: string;
}

const base = (more: TestService): TestService => ({ image: 'busybox:1.36', command: ['sleep', '100000'], stop_signal: 'SIGKILL', ...more });
const on = (name: string, more: Record<string, unknown> = {}) => ({ [name]: { condition: 'service_started', ...more } });

/** Seven services with everything that a change can be about. */
export function firstProject(): TestProject {
  return {
    services: {
      db: base({ volumes: ['data:/data'], networks: ['inner'] }),
      cache: base({ networks: ['inner'], healthcheck: { test: ['CMD', 'true'], interval: '30s' } }),
      api: base({
        depends_on: on('db'),
        networks: ['inner', 'default'],
        environment: { LOG: 'info', PASSWORD: `\${PASSWORD}` },
        env_file: ['./api.env'],
        volumes: ['./config/api.toml:/etc/api.toml:ro'],
      }),
      web: base({
        depends_on: on('api', { restart: true }),
        volumes: [{ type: 'bind', source: './config/web', target: '/etc/web', read_only: true }, './state:/state'],
      }),
      side: base({ network_mode: 'service:web' }),
      app: base({ configs: [{ source: 'app', target: '/etc/app.json' }] }),
      worker: base({ profiles: ['jobs'] }),
    },
    networks: { inner: {}, default: {} },
    volumes: { data: {} },
    configs: { app: { file: './config/app.json' } },
    files: {
      'api.env': 'FROM_FILE=1\n',
      'config/api.toml': 'a = 1\n',
      'config/web/a.conf': 'a\n',
      'config/web/b.conf': 'b\n',
      'config/app.json': '{}\n',
      'notes.md': 'x\n',
    },
    profiles: [],
    secret: 'first-secret',
    comment: '',
  };
}

/** The compose file of a project. */
export function composeText({ services, networks, volumes, configs, comment }: TestProject): string {
  return `${comment}${stringify({ services, networks, volumes, configs })}`;
}

const at = (project: TestProject, name: string): TestService => {
  const service = project.services[name];
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
};
const set = (name: string, key: string, value: unknown) => (project: TestProject) => {
  at(project, name)[key] = value;
};
const unset = (name: string, key: string) => (project: TestProject) => {
  delete at(project, name)[key];
};
const file = (path: string, text: string) => (project: TestProject) => {
  project.files[path] = text;
};

const put =
  <K extends keyof TestProject>(key: K, value: TestProject[K]) =>
  (project: TestProject) => {
    project[key] = value;
  };
const service = (name: string, value: TestService | null) => (project: TestProject) => {
  if (value === null) delete project.services[name];
  else project.services[name] = value;
};
const both = (one: (project: TestProject) => void, other: (project: TestProject) => void) => (project: TestProject) => {
  one(project);
  other(project);
};

/** Changes of every kind, each made to what those before it left. */
export const changes: readonly TestChange[] = [
  { kind: 'none', what: 'the same again' },
  { kind: 'image', what: 'cache: another tag', change: set('cache', 'image', 'demo/app:1') },
  { kind: 'image', what: 'the tag stands for another image', onServer: 'docker tag demo/other:1 demo/app:1' },
  { kind: 'image', what: 'side: another tag', change: set('side', 'image', 'demo/app:1') },
  ...['cache', 'app'].map((name) => ({ kind: 'env', what: `${name}: a new variable`, change: set(name, 'environment', { LEVEL: '1' }) })),
  { kind: 'env', what: 'cache: another value', change: set('cache', 'environment', { LEVEL: '2', DOLLAR: 'a$$b' }) },
  { kind: 'env', what: 'app: a variable is gone', change: unset('app', 'environment') },
  { kind: 'env', what: 'a file of variables', change: file('api.env', 'FROM_FILE=2\n') },
  ...['side', 'cache'].map((name) => ({ kind: 'label', what: `${name}: a new label`, change: set(name, 'labels', { team: 'a' }) })),
  { kind: 'label', what: 'side: another value', change: set('side', 'labels', { team: 'b' }) },
  {
    kind: 'volume',
    what: 'app: a new one',
    change: both(set('app', 'volumes', ['more:/more']), put('volumes', { data: {}, more: {} })),
  },
  { kind: 'volume', what: 'app: at another place', change: set('app', 'volumes', ['more:/else']) },
  { kind: 'volume', what: 'app: gone', change: unset('app', 'volumes') },
  { kind: 'port', what: 'cache: published', change: set('cache', 'ports', ['127.0.0.1:18080:80']) },
  { kind: 'port', what: 'cache: another', change: set('cache', 'ports', ['127.0.0.1:18081:80']) },
  { kind: 'config file', what: 'one that api mounts', change: file('config/api.toml', 'a = 2\n') },
  { kind: 'config file', what: 'one of a directory that web mounts', change: file('config/web/a.conf', 'aa\n') },
  { kind: 'config file', what: 'a new one in that directory', change: file('config/web/c.conf', 'c\n') },
  { kind: 'config file', what: 'one that app gets as a config', change: file('config/app.json', '{"a":1}\n') },
  { kind: 'config file', what: 'one that nobody mounts', change: file('notes.md', 'y\n') },
  { kind: 'profile', what: 'turned on', change: put('profiles', ['jobs']) },
  { kind: 'resource limit', what: 'cache: memory', change: set('cache', 'deploy', { resources: { limits: { memory: '64M' } } }) },
  { kind: 'resource limit', what: 'worker: processor', change: set('worker', 'cpus', 0.5) },
  { kind: 'network', what: 'app: in one more', change: set('app', 'networks', ['default', 'inner']) },
  { kind: 'network', what: 'the definition of one', change: put('networks', { inner: { labels: { a: 'b' } }, default: {} }) },
  { kind: 'healthcheck', what: 'cache: another interval', change: set('cache', 'healthcheck', { test: ['CMD', 'true'], interval: '31s' }) },
  { kind: 'healthcheck', what: 'worker: a new one', change: set('worker', 'healthcheck', { test: ['CMD', 'true'], interval: '30s' }) },
  { kind: 'command', what: 'worker: another', change: set('worker', 'command', ['sleep', '100001']) },
  { kind: 'depends_on', what: 'app: on the cache', change: set('app', 'depends_on', on('cache')) },
  { kind: 'depends_on', what: 'what app depends on changes', change: set('cache', 'labels', { team: 'c' }) },
  { kind: 'secret', what: 'another value', change: put('secret', 'second-secret') },
  { kind: 'scale', what: 'worker: three', change: set('worker', 'scale', 3) },
  { kind: 'scale', what: 'worker: two', change: set('worker', 'scale', 2) },
  { kind: 'by hand', what: 'a container is stopped', onServer: 'docker stop -t 0 ph-changes-side-1' },
  { kind: 'by hand', what: 'a container is removed', onServer: 'docker rm -f ph-changes-app-1' },
  { kind: 'service', what: 'a new one', change: service('extra', base({})) },
  { kind: 'service', what: 'gone', change: service('extra', null) },
  { kind: 'profile', what: 'turned off', change: put('profiles', []) },
  { kind: 'none', what: 'only a comment', change: put('comment', '# changed\n') },
  { kind: 'all', what: 'what everything depends on', change: set('db', 'environment', { A: 'b' }) },
];
