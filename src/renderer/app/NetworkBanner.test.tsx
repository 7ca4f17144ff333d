import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { NetworkNotice } from './NetworkBanner.tsx';

it('says once that it is this computer, with how many servers and since when', async () => {
  await render(<NetworkNotice verdict={{ state: 'offline', because: 'all-at-once', sinceMs: Date.now() - 65_000, servers: 1000 }} />);
  const said = page.getByRole('status').element().textContent;
  expect(said).toContain("It is this computer's network: all 1,000 servers stopped answering at once for 1");
  expect(said).toContain('Runs on servers go on.');
});

it('says where there is no network at all', async () => {
  await render(<NetworkNotice verdict={{ state: 'offline', because: 'no-address', sinceMs: Date.now(), servers: 1 }} />);
  expect(page.getByRole('status').element().textContent).toContain('This computer has no network for');
});

it('says nothing while all is fine', async () => {
  await render(<NetworkNotice verdict={{ state: 'fine' }} />);
  expect(page.getByRole('status').elements()).toHaveLength(0);
});
