import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImportKind } from '../../../../shared/contract/servers.ts';
import { importPreviewSchema } from '../../../../shared/contract/servers.ts';
import { AppError } from '../../../../shared/errors.ts';
import { parseAnsibleIni } from './ansibleIni.ts';
import { parseAnsibleYaml } from './ansibleYaml.ts';
import { readCsv } from './csvFormat.ts';
import { readJson, readYaml } from './documentFormats.ts';
import { parseLine } from './sshConfigWords.ts';
import { previewText } from './testing/importing.ts';

const perParser = 20_000;
const perPreview = 300;

/** Pieces that the formats are made of, put together at random: closer to trouble than plain noise. */
const pieces = [
  ...[
    'Host ',
    'Match ',
    'final ',
    'exec "',
    'Include ',
    'ProxyJump ',
    'a@b:1,',
    '%h',
    '%',
    '~',
    '${',
    '}',
    '=',
    '"',
    "'",
    '\\',
    '#',
    '!',
    '*',
    '?',
    '\t',
    '\r\n',
    '\n',
    '\n',
    '\n',
    '\0',
    '\f',
  ],
  ...[
    '[',
    ']',
    ':',
    ':vars]',
    ':children]',
    '[a:b]',
    '[01:99]',
    '[1:99999999]',
    'ansible_host=',
    'ansible_port: ',
    'all:',
    '  hosts:',
    '  children:',
    '\n    ',
    '- ',
    '{',
    '}',
    '{{ x }}',
    '!vault |',
    '&a ',
    '*a',
    '<<: ',
  ],
  ...[
    'name',
    'host',
    ',',
    ';',
    '""',
    '"pilothouse": 1',
    '"servers": [',
    'name,host\n',
    '-oProxyCommand=x',
    '\uFEFF',
    '\uFFFD',
    '\ud800',
    '日本',
    '__proto__',
    'constructor',
    'null',
    '1e999',
    '-1',
    ' ',
  ],
];
const text = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 120 }) },
);

/** Nothing but a code of the registry may be thrown. */
function onlyCodes(body: () => unknown): void {
  try {
    body();
  } catch (error) {
    if (!AppError.is(error, 'import.unreadable')) throw error;
  }
}

describe('random input', () => {
  it.each([
    ['ssh-config', (input: string) => input.split('\n').map(parseLine)],
    ['ansible INI', (input: string) => parseAnsibleIni(input, 'x')],
    ['ansible YAML', (input: string) => parseAnsibleYaml(input, 'x')],
    ['csv', (input: string) => readCsv(input, 'x')],
    ['csv with a heading', (input: string) => readCsv(`name,host\n${input}`, 'x')],
    ['json', (input: string) => readJson(input, 'x')],
    ['yaml', (input: string) => readYaml(input, 'x')],
  ] as const)('breaks no parser: %s', (name, parse) => {
    const startedAtMs = performance.now();
    fc.assert(
      fc.property(text, (input) => onlyCodes(() => parse(input))),
      { numRuns: perParser },
    );
    console.log(
      `${name}: ${perParser.toLocaleString('en')} random inputs in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s, none threw but a code`,
    );
  });

  it.each(['ssh-config', 'ansible', 'csv', 'json', 'yaml'] as const)('gives a preview of the contract, or a code: %s', async (source: ImportKind) => {
    await fc.assert(
      fc.asyncProperty(text, async (input) => {
        const preview = await previewText(source, input, [], '/nonexistent').catch((error: unknown) => {
          if (AppError.is(error, 'import.unreadable')) return null;
          throw error;
        });
        if (preview !== null) importPreviewSchema.parse(preview);
      }),
      { numRuns: perPreview },
    );
  });

  it('of great size ends soon', async () => {
    const startedAtMs = performance.now();
    const many = Array.from({ length: 5000 }, (_, index) => index);
    const texts: Record<ImportKind, string> = {
      'ssh-config': many.map((index) => `Host h${index}\n  ProxyJump h${index + 1}\n`).join(''),
      ansible: `[g]\n${many.map((index) => `h${index} ansible_ssh_common_args='-J h${index + 1}'\n`).join('')}`,
      csv: `name,host,jump\n${many.map((index) => `h${index},h${index},h${index + 1}\n`).join('')}`,
      json: JSON.stringify(many.map((index) => ({ name: `h${index}`, host: 'x', jump: `h${index + 1}` }))),
      yaml: many.map((index) => `- {name: h${index}, host: x, jump: h${index + 1}}\n`).join(''),
    };
    for (const [source, input] of Object.entries(texts)) {
      const result = await previewText(source as ImportKind, input).catch((error: unknown) => error);
      if (result instanceof Error) expect(AppError.is(result, 'import.unreadable'), String(result)).toBe(true);
      console.log(`${source}: ${input.length.toLocaleString('en')} characters, ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s so far`);
    }
  });
});
