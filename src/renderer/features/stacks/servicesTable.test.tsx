import { expect, it } from 'vitest';
import { type Locator, page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import { stackDefinitionSchema } from '../../../shared/model/stackDefinition.ts';
import { ServicesTable } from './ServicesTable.tsx';

/** What an element says, once it says it. */
const text = (locator: Locator) => expect.poll(() => locator.element().textContent);
const stack = stackDefinitionSchema.parse({
  ...{ id: 'gateway', version: 1, title: 'Gateway', summary: '', secrets: [], requirements: {}, gates: [] },
  parameters: [{ name: 'size', title: 'Size', type: 'choice', choices: ['small', 'large'], default: 'small' }],
  profiles: [{ name: 'gpu', title: 'A model' }],
  services: [
    {
      ...{ name: 'db', title: 'Database', image: 'postgres:16', stateful: true, needs: { cores: 2, memoryMib: 4096, diskMib: 10_240, diskMibLater: 20_480 } },
      needsBy: { parameter: 'size', values: { large: { cores: 8 } } },
    },
    { name: 'vllm', title: 'vLLM', image: 'vllm:1', stateful: false, profiles: ['gpu'], needs: { cores: 4, vramMib: 22_528 } },
  ],
  ports: [
    { service: 'db', port: '5432', exposure: 'internal' },
    { service: 'vllm', port: '443', exposure: 'public' },
  ],
});
const row = (name: RegExp) => page.getByRole('row', { name });

it('says what each service takes, with sums by profile, and follows the parameter that decides', async () => {
  await render(<ServicesTable stack={stack} />);
  await text(row(/^Database/)).toMatch(/keeps data.*always24\.0 GiB—10 GiB→ 20 GiB5432/);
  await text(row(/^vLLM/)).toMatch(/gpu4—22 GiB—443 public/);
  await text(row(/^Always/)).toMatch(/· 1.*24\.0 GiB/);
  await text(row(/^Everything/)).toMatch(/· 264\.0 GiB22 GiB/);
  await page.getByRole('button', { name: 'large' }).click();
  await text(row(/^Everything/)).toMatch(/· 2124\.0 GiB22 GiB/);
});
