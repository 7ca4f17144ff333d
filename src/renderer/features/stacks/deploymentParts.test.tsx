import { Tooltip } from '@base-ui/react/tooltip';
import { expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import type { ReleaseComparison } from '../../../shared/contract/stackReleases.ts';
import type { LintFinding } from '../../../shared/model/lint.ts';
import type { DeploymentStatus, Release } from '../../../shared/model/stack.ts';
import type { DriftItem } from '../../../shared/model/stackDrift.ts';
import { renderInRouter } from '../inventory/inRouter.tsx';
import { ComparisonView } from './ComparisonView.tsx';
import { DriftPanel } from './DriftPanel.tsx';
import { readLintFiles, withFiles } from './LintFilesForm.tsx';
import { LintFindings } from './LintFindings.tsx';
import { silenceWords } from './LockNote.tsx';
import { ReleaseList } from './ReleaseList.tsx';

const release = (id: string, state: Release['state'], note: string | null = null) =>
  ({ id, state, note, who: 'Ada', createdAtMs: Date.now() - 3_600_000, images: [], parameters: {}, contentHash: 'c0ffee' }) as unknown as Release;
const deployment = { stackId: 'shop', serverName: 'gpu-1', current: release('r2', 'current'), containers: [] } as unknown as DeploymentStatus;

it('offers the way back only to releases that were good, and lets any two be compared', async () => {
  const onPair = vi.fn();
  const onReturn = vi.fn();
  const releases = [release('r3', 'current'), release('r2', 'failed'), release('r1', 'superseded', 'before the move')];
  await render(
    <Tooltip.Provider>
      <ReleaseList releases={releases} pair={{ from: 'r1', to: 'r3' }} onPair={onPair} onReturn={onReturn} />
    </Tooltip.Provider>,
  );
  await expect.element(page.getByText('before the move')).toBeVisible();
  expect(page.getByRole('button', { name: /^Go back to/ }).elements()).toHaveLength(1);
  await page.getByRole('button', { name: 'Go back to r1' }).click();
  expect(onReturn).toHaveBeenCalledWith(releases[2]);
  await page.getByRole('button', { name: 'Compare from r2' }).click();
  expect(onPair).toHaveBeenCalledWith({ from: 'r2', to: 'r3' });
  // Both sides at once would compare a release with itself.
  await page.getByRole('button', { name: 'Compare from r3' }).click();
  expect(onPair).toHaveBeenCalledTimes(1);
});

it('tells of secrets their names and whether they are the same, and of services what is made anew', async () => {
  const comparison: ReleaseComparison = {
    from: release('r1', 'superseded'),
    to: release('r2', 'current'),
    services: [
      { name: 'api', change: 'changed', image: { from: 'api:1', to: 'api:2' }, reasons: [{ path: 'environment.LOG', from: 'debug', to: 'info', said: 'LOG' }] },
      { name: 'db', change: 'same', image: { from: 'db:1', to: 'db:1' }, reasons: [] },
    ],
    parameters: [],
    files: [
      { path: 'compose.yaml', change: 'changed', diff: '@@ -1 +1 @@\n-image: api:1\n+image: api:2\n', masked: false, services: [] },
      { path: 'server.key', change: 'changed', diff: '', masked: true, services: ['api'] },
    ],
    secrets: [
      { name: 'API_KEY', change: 'changed' },
      { name: 'DB_PASSWORD', change: 'kept' },
    ],
    unknowns: [],
  };
  await render(<ComparisonView comparison={comparison} layout="unified" />);
  await expect.element(page.getByRole('list', { name: 'Secrets' })).toHaveTextContent('API_KEY changedDB_PASSWORD the same');
  expect(page.getByRole('list', { name: 'Services' }).element().textContent).not.toContain('db');
  await page.getByRole('button', { name: '1 left alone' }).click();
  await expect.poll(() => page.getByRole('list', { name: 'Services' }).element().textContent).toContain('left alone');
  await expect.poll(() => page.getByRole('region', { name: 'Difference of compose.yaml' }).element().textContent).toContain('image: api:2');
  await expect.element(page.getByText(/only that it differs is told/)).toBeVisible();
});

const way = (possible: boolean, how: string) => ({ possible, how });
const difference: DriftItem = {
  ...{ id: 'api.environment.KEY', kind: 'environment', service: 'api', said: 'KEY is another one', desired: null, live: null },
  ...{ adopt: way(false, 'A secret is not taken from a server.'), revert: way(true, 'api is made anew.') },
};

it('says before it is done what each way out of a difference does, and refuses the one that is none', async () => {
  await renderInRouter(() => (
    <DriftPanel deployment={deployment} view={{ state: 'known', items: [difference], unknowns: [], lookedAtMs: Date.now() }} asking={false} onAsk={() => {}} />
  ));
  await expect.element(page.getByRole('button', { name: 'Adopt' })).toBeDisabled();
  await expect.element(page.getByText('A secret is not taken from a server.')).toBeVisible();
  await page.getByRole('button', { name: 'Revert' }).click();
  await expect.poll(() => page.getByRole('dialog').element().textContent).toContain('api is made anew.');
});

it('says no drift with its age, and that nothing is known where a server could not be asked', async () => {
  await renderInRouter(() => (
    <>
      <DriftPanel
        deployment={deployment}
        view={{ state: 'known', items: [], unknowns: [], lookedAtMs: Date.now() - 120_000 }}
        asking={false}
        onAsk={() => {}}
      />
      <DriftPanel deployment={deployment} view={{ state: 'unknown', reason: 'The line is cut.' }} asking={false} onAsk={() => {}} />
    </>
  ));
  await expect.element(page.getByText('No drift.')).toBeVisible();
  await expect.element(page.getByText('2 m ago')).toBeVisible();
  await expect.element(page.getByText(/The line is cut\./)).toBeVisible();
  await expect.element(page.getByRole('heading', { name: 'Whether it has drifted is not known' })).toBeVisible();
});

it('leaves out severities that are turned off, and explains a finding by its trap', async () => {
  const onExplain = vi.fn();
  const finding = (severity: LintFinding['severity'], trap: string | null): LintFinding => ({
    ...{ rule: 'image-tag', trap, severity, place: { file: 'compose.yaml', line: 3, service: null }, reason: `a ${severity}`, fix: 'Pin it.' },
  });
  await render(
    <LintFindings
      reports={[{ serverName: null, findings: [finding('error', 'X-106'), finding('note', null)], unknowns: [] }]}
      explained={undefined}
      onExplain={onExplain}
    />,
  );
  await page.getByRole('button', { name: 'Explain X-106' }).click();
  await page.getByRole('button', { name: 'Explain image-tag' }).click();
  expect(onExplain.mock.calls).toEqual([['X-106'], ['image-tag']]);
  await page.getByRole('button', { name: /^error/ }).click();
  await expect.element(page.getByText('a error')).not.toBeInTheDocument();
  await expect.element(page.getByText('a note')).toBeVisible();
});

it('takes text files of a project and says which it does not take', async () => {
  const { files, refused } = await readLintFiles([new File(['services: {}'], 'compose.yaml'), new File(['\0\u0001'], 'image.bin')]);
  expect(files).toEqual([{ path: 'compose.yaml', text: 'services: {}' }]);
  expect(refused).toEqual(['image.bin is no text']);
  expect(withFiles(files, [{ path: 'compose.yaml', text: 'new' }])).toEqual([{ path: 'compose.yaml', text: 'new' }]);
});

it('tells a silent holder of a lock from one that lives', () => {
  const limits = { leaseS: 60, limitS: 3600 };
  expect(silenceWords({ silenceS: 4, ...limits })).toEqual({ words: 'last sign of life 4 s ago', dead: false });
  expect(silenceWords({ silenceS: 120, ...limits }).dead).toBe(true);
  expect(silenceWords({ silenceS: 4000, ...limits }).words).toContain("anybody's");
});
