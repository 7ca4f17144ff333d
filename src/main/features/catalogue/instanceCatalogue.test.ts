import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testDirectory } from '../../database/testDirectory.ts';
import { openInstanceCatalogue, parseCatalogue } from './instanceCatalogue.ts';

const shipped = openInstanceCatalogue(join(import.meta.dirname, '../../../../resources/catalogue/instances.yaml'));
const problems = (text: string): string[] => {
  let found: string[] = [];
  try {
    parseCatalogue(text, (issues) => {
      found = issues;
      return new Error('unusable');
    });
  } catch {
    return found;
  }
  return found;
};

describe('the catalogue that is shipped', () => {
  it('names every provider of the field, with a source and a date for every price', async () => {
    const { types, about } = await shipped();
    expect(new Set(types.map(({ provider }) => provider))).toEqual(
      new Set(['AWS', 'GCP', 'Azure', 'Hetzner', 'Lambda Labs', 'Oracle', 'DigitalOcean', 'Alibaba Cloud']),
    );
    expect(types.flatMap(({ prices }) => prices).filter(({ source, asOf }) => source === '' || asOf === null)).toEqual([]);
    expect(types.filter(({ provider }) => provider === 'Hetzner').flatMap(({ prices }) => prices.map(({ currency }) => currency))).toContain('EUR');
    expect(about).toContain('730');
    console.log(
      `${types.length} kinds of machine, ${types.flatMap(({ prices }) => prices).length} prices, ${types.flatMap(({ doubts }) => doubts).length} doubts`,
    );
  });

  it('says what is doubtful where the documents contradict what is known', async () => {
    const { types } = await shipped();
    const doubts = (id: string) => types.find((type) => type.id === id)?.doubts.join(' ');
    expect(doubts('alibaba/ecs.gn6v-c8g1.2xlarge')).toContain('V100');
    expect(doubts('gcp/n1-standard-16-t4')).toContain('below the 24 GB');
    expect(doubts('hetzner/ax102-rtx4090')).toContain('2× 2 TB');
  });
});

describe('a catalogue', () => {
  const entry = '{ id: aws/x, provider: AWS, name: x, vcpu: 4, ramGb: 8, gpu: null, network: null, storage: null, use: null, prices: [] }';
  it('is read', () => expect(problems(`version: 1\nabout: a\ntypes:\n  - ${entry}\n`)).toEqual([]));
  it.each([
    ['version: 2\nabout: a\ntypes: []\n', 'line 1: version'],
    [`version: 1\nabout: a\ntypes:\n  - ${entry}\n  - ${entry}\n`, 'aws/x is there twice'],
    ['version: 1\nabout: a\ntypes:\n  - { id: aws/x }\n', 'line 4: types.0.provider'],
    [`version: 1\nabout: a\ntypes:\n  - ${entry.replace('vcpu: 4', 'vcpus: 4')}\n`, 'line 4: types.0'],
    [
      `version: 1\nabout: a\ntypes:\n  - ${entry.replace('prices: []', 'prices: [{ amount: 1, currency: usd, per: hour, source: s, asOf: null }]')}\n`,
      'currency',
    ],
    ['types: [', 'line'],
  ])('%j is refused with the place', (text, problem) => expect(problems(text).join('\n')).toContain(problem));

  it('that is put right is read at the next call', async () => {
    using directory = testDirectory();
    const file = join(directory.path, 'instances.yaml');
    const read = openInstanceCatalogue(file);
    await expect(read()).rejects.toMatchObject({ code: 'catalogue.unusable' });
    writeFileSync(file, `version: 1\nabout: a\ntypes:\n  - ${entry}\n`);
    expect((await read()).types).toHaveLength(1);
  });
});
