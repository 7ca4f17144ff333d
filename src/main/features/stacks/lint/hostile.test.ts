import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { lintProject } from './lintProject.ts';
import { serverOf } from './testLint.ts';

const server = serverOf({ cores: 8, memoryMib: 32_768, gpus: [{ name: 'Tesla T4', vramMib: 15_360 }], diskFreeMib: 100_000, listening: [] });
/** On a computer that does much else meanwhile. */
const limitMs = 8000;

/** What becomes of hostile files: how many findings, or the code that refuses them; and how long it took. */
function outcome(files: { path: string; text: string }[]): string {
  const started = performance.now();
  try {
    return `${lintProject({ files, profiles: ['*'], server }).findings.length >= 0 ? 'judged' : ''}`;
  } catch (error) {
    if (AppError.is(error, 'stack.compose-malformed')) return error.code;
    throw error;
  } finally {
    expect(performance.now() - started).toBeLessThan(limitMs);
  }
}
const compose = (text: string) => outcome([{ path: 'compose.yaml', text }]);

const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${Array.from('bcdefghij', (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(', ')}]`).join('\n')}\n`;

test.each([
  ['5 MB of services', `services:\n${'  a: { image: x }\n'.repeat(300_000)}`, 'stack.compose-malformed'],
  ['200 kB of services of the same name', `services:\n${'  a: { image: x }\n'.repeat(11_000)}`, 'judged'],
  ['a bomb of aliases', `${bomb}services:\n  w: { image: x, environment: *j }\n`, 'judged'],
  ['a bomb as services', `${bomb}services: { w: { image: x, ports: *j, volumes: *j, command: *i } }\n`, 'judged'],
  ['an alias of itself', 'services: &s\n  a: { image: x, environment: *s }\n', 'stack.compose-malformed'],
  ['half a million brackets', '['.repeat(500_000), 'stack.compose-malformed'],
  ['braces', `services: ${'{a: '.repeat(5000)}`, 'stack.compose-malformed'],
  ['400 levels of indentation', Array.from({ length: 400 }, (_, level) => `${' '.repeat(level)}a:\n`).join(''), 'stack.compose-malformed'],
  ['dashes', `services:\n  ${'- '.repeat(10_000)}x\n`, 'stack.compose-malformed'],
  ['a list', '- a\n- b\n', 'stack.compose-malformed'],
  ['nothing', '', 'stack.compose-malformed'],
  ['tags that nobody knows', 'services: !!js/function "x"\n', 'stack.compose-malformed'],
  ['__proto__', 'services:\n  __proto__: { image: x, environment: { __proto__: 1, constructor: 2 } }\n  toString: { image: y }\n', 'judged'],
  ['a service that is a text', 'services: { a: text }\n', 'stack.compose-malformed'],
  ['extends in a circle', 'services:\n  a: { extends: b }\n  b: { extends: { service: a } }\n', 'judged'],
  ['include in a circle', 'include: [compose.yaml]\nservices: { a: { image: x } }\n', 'judged'],
  ['nested variables', `services:\n  a: { image: "${'${A:-'.repeat(200)}x${'}'.repeat(200)}" }\n`, 'judged'],
  ['a port range without end', 'services:\n  a: { image: x, ports: ["1-65535:1-65535"] }\n', 'judged'],
  ['a thousand services', `services:\n${Array.from({ length: 1000 }, (_, index) => `  s${index}: { image: x }\n`).join('')}`, 'stack.compose-malformed'],
])('%s', (_name, text, expected) => {
  expect(compose(text)).toBe(expected);
});

test('bytes and fragments of anything never break it', () => {
  const words = [
    'services',
    'image',
    'ports',
    'volumes',
    'environment',
    'healthcheck',
    'test',
    'deploy',
    'gpus',
    'all',
    '8000:80',
    '${A',
    'x',
    '1',
    'null',
    'true',
    '~',
    '[]',
    '{}',
  ];
  const fragment = fc.constantFrom(
    ...words,
    ':',
    ': ',
    '- ',
    '\n',
    '  ',
    '    ',
    '{',
    '}',
    '[',
    ']',
    '&a ',
    '*a',
    '<<',
    '"',
    "'",
    '#',
    '|',
    '>',
    '!reset ',
    ',',
    '\t',
    '\u0000',
    '\ud800',
    '🙂',
  );
  const text = fc.oneof(
    fc.array(fragment, { maxLength: 80 }).map((parts) => `services:\n  a:\n    ${parts.join('')}`),
    fc.string({ maxLength: 400, unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (each) => ['judged', 'stack.compose-malformed'].includes(compose(each))),
    { numRuns: 100 },
  );
});

test('any values in any field of a service never break it', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.string({ maxLength: 30 }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 12 }), tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  const keys = [
    'image',
    'build',
    'command',
    'entrypoint',
    'environment',
    'env_file',
    'ports',
    'expose',
    'volumes',
    'networks',
    'depends_on',
    'healthcheck',
    'restart',
    'deploy',
    'gpus',
    'profiles',
    'extends',
    'extra_hosts',
    'scale',
    'mem_limit',
    'cpus',
    'container_name',
    'runtime',
    'labels',
    'links',
    'secrets',
  ];
  const service = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
  fc.assert(
    fc.property(service, service, value, (a, b, top) =>
      ['judged', 'stack.compose-malformed'].includes(compose(JSON.stringify({ services: { a, b }, networks: top, volumes: top, include: top }))),
    ),
    { numRuns: 100 },
  );
});

test('scripts, documents and configuration of any bytes never break it', () => {
  const fragment = fc.constantFrom(
    'docker compose ',
    '-f ',
    'find / ',
    '-exec rm -rf {} ',
    'tar -czf ',
    'ufw allow ',
    'ufw deny 80',
    ' from ',
    '10.0.0.0/8',
    '\\\n',
    '\n',
    '&&',
    '|',
    '"',
    "'",
    '$X',
    '`',
    '```\n',
    '#',
    'location / {',
    '}',
    'proxy_pass http://',
    ';',
    '=',
    'a.b',
    '(',
    ')',
    '[',
    '\u0000',
    '🙂',
    'BACKUP_DIR=/x/$(date)',
    'Next Review: 2020-01-01',
  );
  const text = fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (a, b) => {
      const files = [
        { path: 'compose.yaml', text: 'services: { web: { image: "nginx:1.27", volumes: ["./nginx.conf:/etc/nginx/nginx.conf"] } }\n' },
        { path: 'backup.sh', text: a },
        { path: 'README.md', text: b },
        { path: 'nginx.conf', text: a },
        { path: 'app.py', text: b },
        { path: '.env', text: a },
        { path: 'config/tensorzero.toml', text: b },
      ];
      return outcome(files) === 'judged';
    }),
    { numRuns: 100 },
  );
});

test('many files that are long together are refused', () => {
  const text = `services:\n${'  a: { image: x }\n'.repeat(11_000)}`;
  expect(outcome(['compose.yaml', 'compose.b.yaml', 'compose.c.yaml'].map((path) => ({ path, text })))).toBe('stack.compose-malformed');
  expect(outcome(Array.from({ length: 10 }, (_, index) => ({ path: `${index}.md`, text: 'x '.repeat(200_000) })))).toBe('stack.compose-malformed');
});

test.each([
  ['a line of a megabyte in a script', 'backup.sh', `#!/bin/sh\ntar -czf ${'a '.repeat(400_000)}\n`],
  ['blanks in a document', 'README.md', ' '.repeat(900_000)],
  ['dashes in a document', 'README.md', `${'- '.repeat(400_000)}\n`],
  ['brackets of nginx', 'nginx.conf', 'a {'.repeat(200_000)],
  ['quotes of nginx', 'nginx.conf', '"\\'.repeat(200_000)],
  ['backslashes in a script', 'start.sh', `#!/bin/sh\n${'x \\\n'.repeat(100_000)}`],
  ['find without end', 'prune.sh', `#!/bin/sh\nfind ${'/a -b '.repeat(100_000)}\n`],
  ['links of a document', 'README.md', '[a](b)'.repeat(100_000)],
  ['blank lines of nginx', 'nginx.conf', '\n'.repeat(500_000)],
  ['blank lines after a section', 'config/t.toml', `[gateway.auth]${'\n'.repeat(500_000)}`],
  ['blank lines of a configuration', 'postgresql.conf', '\n \n'.repeat(200_000)],
  ['blank lines of YAML', 'litellm.yaml', ' \n'.repeat(400_000)],
  ['a line of copies', 'update.sh', `#!/bin/sh\n${'cp sed -i '.repeat(40_000)}\ndocker compose restart\n`],
  ['a line of commands', 'README.md', `\`\`\`sh\n${'docker compose exec -T '.repeat(20_000)}\n\`\`\`\n`],
  ['a line of code', 'app.py', `${'r.get("a:{query'.repeat(30_000)}\n@app.get("/health${'("'.repeat(50_000)}`],
  ['a long env file', '.env', 'A=b\n'.repeat(200_000)],
])('%s', (_name, path, text) => {
  expect(
    outcome([
      { path: 'compose.yaml', text: 'services: { web: { image: "nginx:1.27" } }\n' },
      { path, text },
    ]),
  ).toBe('judged');
});
