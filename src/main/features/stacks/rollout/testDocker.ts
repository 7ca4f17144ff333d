import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** State of the stand-in Docker: what tests set, and what it did. */
export interface DockerState {
  mode: 'ok' | 'down' | 'denied';
  /** Images on the server. */
  images: string[];
  containers: { service: string; image: string; state: string; health: string; definition: string; hash?: string; env?: string[]; restarts?: number }[];
  /** `pull`, `up`, `down`, `restart`, `exec …` in order. */
  actions: string[];
  /** Next \`compose config\` fails with this. */
  configProblem: string | null;
  chat: 'ok' | 'silent' | 'degraded';
}

const yamlPath = createRequire(import.meta.url).resolve('yaml');

const program = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
// Read late: most calls do without it.
const parse = (text) => require(${JSON.stringify(yamlPath)}).parse(text);
const file = process.env.HOME + '/docker.json';
const state = JSON.parse(readFileSync(file, 'utf8'));
const save = () => writeFileSync(file, JSON.stringify(state));
const say = (text) => process.stdout.write(text + '\\n');
const fail = (text, code = 1) => { process.stderr.write(text + '\\n'); process.exit(code); };
const args = process.argv.slice(2);
const took = (flag) => { const at = args.indexOf(flag); return at < 0 ? null : args.splice(at, 2)[1]; };
if (args[0] === 'version') {
  if (state.mode === 'down') fail('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?');
  if (state.mode === 'denied') fail('permission denied while trying to connect to the Docker daemon socket');
  say('26.1.5'); process.exit(0);
}
if (args[0] === 'events') process.exit(0);
if (args[0] === 'info') { say('/'); process.exit(0); }
if (args[0] === 'ps' && args.at(-1).includes('{{.Names}}')) { state.containers.forEach((c, i) => say((args.at(-1).startsWith('{{.ID}}') ? i + ' ' : '') + 'ph-demo-' + c.service + '-1')); process.exit(0); }
if (args[0] === 'ps') { if (args.includes('--quiet') && !args.some((word) => word.includes('oneoff'))) state.containers.forEach((_, i) => say(String(i))); process.exit(0); }
if (args[0] === 'stop' || args[0] === 'rm') {
  const c = state.containers[Number(args.at(-1))];
  state.actions.push(args[0] + ' ' + c.service);
  c.state = 'exited';
  save(); process.exit(0);
}
if (args[0] === 'logs') { const c = state.containers[Number.parseInt(args.at(-1))]; say('last words of ' + c.image); process.exit(0); }
if (args[0] === 'inspect' && String(args[2]).startsWith('container ')) {
  for (const i of args.slice(3)) {
    const c = state.containers[Number(i)];
    const running = c.state === 'running';
    const labels = { 'com.docker.compose.service': c.service, 'com.docker.compose.container-number': '1', 'com.docker.compose.oneoff': 'False', 'com.docker.compose.config-hash': c.hash, 'com.docker.compose.image': 'sha256:' + c.image };
    say('container ' + JSON.stringify({ Id: 'c' + i + c.hash, Name: '/' + c.service, Image: 'sha256:' + c.image, State: { Status: c.state, Running: running }, Config: { Image: c.image, Labels: labels, Env: c.env }, HostConfig: {}, NetworkSettings: { Networks: {} } }));
  }
  process.exit(0);
}
if (args[0] === 'network' || args[0] === 'volume') process.exit(0);
if (args[0] === 'manifest' || args[0] === 'buildx') fail('no such command here');
if (args[0] === 'inspect' && args.some((word) => word.includes('"restarts"'))) {
  for (const id of args.slice(args.indexOf('--format') + 2)) {
    const c = state.containers[Number(id)];
    const up = c.state === 'running';
    say(JSON.stringify({ id: id + ' ' + c.image, name: '/ph-demo-' + c.service + '-1', service: c.service, oneOff: 'False', image: c.image, restarts: c.restarts ?? 0, memory: 0, policy: 'unless-stopped',
      state: { Status: c.state, OOMKilled: c.image.includes('hungry'), ExitCode: up ? 0 : c.image.includes('hungry') ? 137 : 1, Error: '', StartedAt: '2025-11-20T10:00:00Z', Health: { Status: c.health, Log: [{ ExitCode: 1, Output: 'connection refused' }] } } }));
  }
  process.exit(0);
}
if (args[0] === 'inspect') {
  const c = state.containers[Number(args.at(-1))];
  const format = args.includes('--format') ? args[args.indexOf('--format') + 1] : null;
  if (format === null) { say(JSON.stringify([{ Name: c.service, Config: { Env: ['PASSWORD=never-kept'], Image: c.image } }], null, 4)); process.exit(0); }
  if (format === '{{index .Config.Labels "com.docker.compose.service"}}') { say(c.service); process.exit(0); }
  say(format === '{{.Image}}' ? 'sha256:' + c.image : c.service + '\\t' + c.image); process.exit(0);
}
if (args[0] === 'image') {
  const name = args.at(-1).replace(/^sha256:/, '');
  if (!state.images.includes(name)) fail('Error: No such image: ' + name);
  // The gateway's image names its commit, the others none.
  if (args.some((word) => word.includes('image.revision'))) say(name.includes('gateway') ? 'c0ffee' + '0'.repeat(34) : '');
  else if (args.includes('--format')) say(name.split(':')[0] + '@sha256:' + 'd'.repeat(64));
  process.exit(0);
}
if (args[0] !== 'compose') fail('stand-in docker: ' + args.join(' '), 99);
args.shift();
if (args[0] === 'version') { say('2.26.1-4'); process.exit(0); }
const project = took('-p'), directory = took('--project-directory'), envFile = took('--env-file'), stdinFile = took('-f');
const services = () => {
  const all = {};
  for (const name of process.env.COMPOSE_FILE.split(':')) for (const [key, value] of Object.entries(parse(readFileSync(name, 'utf8')).services)) all[key] = { ...all[key], ...value };
  return all;
};
const [command, ...rest] = args;
const hash = (service) => require('node:crypto').createHash('sha256').update(JSON.stringify(service)).digest('hex');
const filled = (part, values) => {
  if (typeof part === 'string') return part.replace(/\\$\\{(\\w+)\\}/g, (_, word) => (values[word] ?? '').replaceAll('$', '$$$$'));
  if (Array.isArray(part)) return part.map((item) => filled(item, values));
  return part !== null && typeof part === 'object' ? Object.fromEntries(Object.entries(part).map(([key, value]) => [key, filled(value, values)])) : part;
};
// As Compose writes a project out: merged by target, paths absolute, values of the env file in their places.
const resolved = () => {
  const values = Object.fromEntries([...readFileSync(envFile, 'utf8').matchAll(/^(\\w+)="(.*)"$/gm)].map((match) => [match[1], match[2]]));
  const all = {};
  for (const name of process.env.COMPOSE_FILE.split(':')) for (const [key, value] of Object.entries(filled(parse(readFileSync(name, 'utf8')).services, values))) {
    const mounts = new Map([...(all[key]?.volumes ?? []), ...(value.volumes ?? [])].map((volume) => {
      const [source, target, mode] = typeof volume === 'string' ? volume.split(':') : [];
      return typeof volume === 'string' ? { type: 'bind', source: require('node:path').resolve(directory, source), target, ...(mode === 'ro' ? { read_only: true } : {}) } : volume;
    }).map((volume) => [volume.target, volume]));
    all[key] = { ...all[key], ...value, ...(mounts.size > 0 ? { volumes: [...mounts.values()] } : {}) };
  }
  return { name: project, services: all };
};
if (command === 'config' && rest.includes('--hash')) {
  for (const [name, service] of Object.entries(JSON.parse(readFileSync(0, 'utf8')).services)) say(name + ' ' + hash(service));
  process.exit(0);
}
if (command === 'config' && rest.includes('json')) { if (state.configProblem) fail(state.configProblem, 15); say(JSON.stringify(resolved(), null, 1)); process.exit(0); }
if (command === 'config' && rest.includes('--quiet')) { readFileSync(envFile); if (state.configProblem) fail(state.configProblem, 15); process.exit(0); }
if (command === 'config' && rest.includes('--services')) { for (const name of Object.keys(services())) say(name); process.exit(0); }
if (command === 'config') { for (const s of Object.values(services())) say(s.image); process.exit(0); }
if (command === 'pull') {
  state.actions.push('pull'); save();
  for (const { image } of Object.values(services())) {
    if (image.includes('absent')) fail('Error response from daemon: manifest for ' + image + ' not found: manifest unknown', 18);
    if (!state.images.includes(image)) state.images.push(image);
  }
  save(); process.exit(0);
}
if (command === 'up') {
  const named = rest.filter((word) => !word.startsWith('-'));
  state.actions.push(['up', process.env.PH_ID, ...named].join(' '));
  const env = readFileSync(envFile, 'utf8');
  if (env.includes('boom')) { save(); fail('Error response from daemon: driver failed', 1); }
  const started = Object.entries(resolved().services).filter(([service]) => named.length === 0 || named.includes(service)).map(([service, definition]) => ({
    service, image: definition.image, hash: hash(definition), env: Object.entries(definition.environment ?? {}).map(([name, value]) => name + '=' + value), definition: JSON.stringify(definition) + env + directory,
    state: definition.image.includes('dies') || definition.image.includes('hungry') ? 'exited' : definition.image.includes('loops') ? 'restarting' : 'running',
    health: definition.image.includes('broken') ? 'unhealthy' : 'healthy',
    restarts: definition.image.includes('loops') ? 7 : 0,
  }));
  const others = named.length === 0 ? [] : state.containers.filter(({ service }) => !named.includes(service));
  state.containers = [...others, ...started];
  save(); process.exit(0);
}
if (command === 'ps') {
  for (const c of state.containers) say(JSON.stringify({ Name: project + '-' + c.service + '-1', Service: c.service, Image: c.image, State: c.state, Health: c.health, ExitCode: c.state === 'running' ? 0 : 1, Status: c.state, Publishers: null }));
  process.exit(0);
}
if (command === 'down') { state.actions.push('down'); state.containers = []; save(); process.exit(0); }
if (command === 'restart') { state.actions.push(['restart', ...rest].join(' ')); save(); process.exit(0); }
if (command === 'run') {
  const words = rest.slice(rest.findIndex((word) => !word.startsWith('-')));
  state.actions.push(['run', ...words].join(' ')); save();
  writeFileSync(process.env.HOME + '/data', words.includes('fails') ? 'half migrated' : 'migrated');
  if (words.includes('fails')) fail('ERROR: column "tenant" does not exist', 3);
  process.exit(0);
}
if (command === 'exec' && rest.includes('sh')) {
  const text = rest.at(-1);
  state.actions.push((text.includes('>') ? 'undump ' : 'dump ') + rest[1]); save();
  const { status } = require('node:child_process').spawnSync('/bin/sh', ['-c', text], { cwd: process.env.HOME, stdio: 'inherit' });
  process.exit(status);
}
if (command === 'exec') { state.actions.push(['exec', ...rest.slice(1)].join(' ')); save(); if (rest.join(' ').includes('no-such-model')) fail('Error: pull model manifest: file does not exist'); process.exit(0); }
if (command === 'logs') { for (const c of state.containers) say(c.service + '-1  | 2025-11-20T10:00:00.000000001Z last words of ' + c.image); process.exit(0); }
fail('stand-in docker compose: ' + command, 99);
`;

const curl = `#!/bin/sh
for word; do url=$word; done
while [ $# -gt 0 ]; do if [ "$1" = --output ]; then body=$2; fi; shift; done
case $url in
  *chat/completions)
    if grep -q '"chat":"silent"' "$HOME/docker.json"; then echo '{"choices":[{"message":{"content":""}}]}' >"$body"; else echo '{"choices":[{"message":{"content":"ready"}}]}' >"$body"; fi ;;
  *) if grep -q '"chat":"degraded"' "$HOME/docker.json"; then echo '{"gateway":"degraded"}' >"$body"; else echo '{"gateway":"ok"}' >"$body"; fi ;;
esac
printf 200
`;

/** Puts stand-in `docker` and `curl` on a stand-in server's PATH. */
export async function installTestDocker(directory: string): Promise<{ read(): Promise<DockerState>; change(by: Partial<DockerState>): Promise<void> }> {
  const file = join(directory, 'docker.json');
  await mkdir(join(directory, 'bin'), { recursive: true });
  for (const [name, text] of [
    ['docker', program],
    ['curl', curl],
  ] as const) {
    await writeFile(join(directory, 'bin', name), text);
    await chmod(join(directory, 'bin', name), 0o755);
  }
  const read = async () => JSON.parse(await readFile(file, 'utf8')) as DockerState;
  const change = async (by: Partial<DockerState>) => writeFile(file, JSON.stringify({ ...(await read()), ...by }));
  await writeFile(file, JSON.stringify({ mode: 'ok', images: [], containers: [], actions: [], configProblem: null, chat: 'ok' } satisfies DockerState));
  return { read, change };
}
