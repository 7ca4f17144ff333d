import { ORPCError } from '@orpc/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import type { SilencePreview as Preview, SilenceScope } from '../../../shared/model/alert.ts';
import type { client } from '../../client/client.ts';
import { SilencePreview } from './SilencePreview.tsx';

const nothing: Preview = { servers: null, alerts: [], rules: null, unknownRules: [] };
const held = (key: string, whole: boolean) => ({ key, title: 'CPU is busy', severity: 'critical' as const, whole });

/** The sentence over a core that answers so. */
async function open(answer: (scope: SilenceScope) => Promise<Preview>, scope: SilenceScope = { selector: 'gpu-1' }) {
  const ask = vi.fn(async ({ scope }: { scope: SilenceScope }) => ({ preview: await answer(scope) })) as unknown as typeof client.alerts.silences.preview;
  const queries = new QueryClient();
  const tree = (now: SilenceScope) => (
    <QueryClientProvider client={queries}>
      <p role="note">
        <SilencePreview scope={now} ask={ask} />
      </p>
    </QueryClientProvider>
  );
  const { rerender } = await render(tree(scope));
  return { ask, now: (next: SilenceScope) => rerender(tree(next)) };
}
const text = () => page.getByRole('note');

it('says how many servers and open alerts it is about, and of which it holds a part', async () => {
  await open(async () => ({ ...nothing, servers: ['gpu-1', 'gpu-2'], alerts: [held('a', true), held('b', false)] }));
  await expect.element(text()).toMatchTextContent('2 servers; 1 open alert of now is held by it, and of 1 other a part.');
});

it('warns of what is neither rule nor cause, and of a selector that picks nobody', async () => {
  await open(async () => ({ ...nothing, servers: [], rules: 0, unknownRules: ['cpuu'] }));
  await expect.element(text()).toMatchTextContent('There is no rule and no cause "cpuu".');
  await expect.element(text()).toMatchTextContent('No server is picked by that.');
});

it('says at once why a selector cannot be read, and what it holds once it can', async () => {
  const invalid = new ORPCError('selector.invalid', { defined: true, data: { selector: 'gpu-1 !', problem: 'a name has to follow "!"' } });
  const { ask, now } = await open(async ({ selector }) => {
    if (selector !== 'gpu-1') throw invalid;
    return { ...nothing, servers: ['gpu-1'] };
  });
  await expect.element(text()).toMatchTextContent('1 server; 0 open alerts');
  await now({ selector: 'gpu-1 !' });
  await expect.element(text()).toMatchTextContent('a name has to follow "!"');
  expect(ask).toHaveBeenCalledTimes(2);
  await now({ selector: 'gpu-1' });
  await expect.element(text()).toMatchTextContent('1 server; 0 open alerts');
});

it('leaves what it said standing while it asks about a change', async () => {
  let answer: (preview: Preview) => void = () => {};
  const { now } = await open(({ selector }) =>
    selector === 'gpu-1' ? Promise.resolve({ ...nothing, servers: ['gpu-1'] }) : new Promise((resolve) => (answer = resolve)),
  );
  await expect.element(text()).toMatchTextContent('1 server;');
  await now({ selector: 'gpu-*' });
  await expect.element(text()).toMatchTextContent('1 server;');
  answer({ ...nothing, servers: ['gpu-1', 'gpu-2', 'gpu-3'] });
  await expect.element(text()).toMatchTextContent('3 servers;');
});
