import { expect, it, vi } from 'vitest';
import { type Locator, page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../../ui/styles.css';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import type { ParameterSource } from './deployDraft.ts';
import { ParameterTable } from './ParameterTable.tsx';
import { SecretTable } from './SecretTable.tsx';

/** What an element says, once it says it. */
const text = (locator: Locator) => expect.poll(() => locator.element().textContent);
const parameters: StackDefinition['parameters'] = [
  { name: 'size', title: 'Size', type: 'choice', choices: ['small', 'large'], default: 'small' },
  { name: 'port', title: 'Port', type: 'port', default: '8000' },
  { name: 'domain', title: 'Domain', type: 'text' },
];
const sources: Record<string, ParameterSource> = {
  size: { value: null, from: 'environment', said: 'staging small, production large' },
  port: { value: '99999', from: 'given', said: 'given here' },
  domain: { value: '', from: 'needed', said: 'needed' },
};

it('puts what is needed first, says where values come from and what is wrong with one, and takes a given one back', async () => {
  const onChange = vi.fn();
  await render(<ParameterTable parameters={parameters} sourceOf={(name) => sources[name] ?? { value: '', from: 'default', said: '' }} onChange={onChange} />);
  const rows = page.getByRole('list', { name: 'Parameters' }).getByRole('listitem');
  await text(rows.first()).toMatch(/^Domain domainneeded$/);
  await expect.element(page.getByLabelText('Size')).toHaveTextContent('as each server has it');
  await expect.element(page.getByText('staging small, production large')).toBeVisible();
  await expect.element(page.getByLabelText('Port', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('button', { name: 'Do not give Port' }).click();
  expect(onChange).toHaveBeenLastCalledWith('port', null);
  await page.getByLabelText('Domain').fill('x');
  expect(onChange).toHaveBeenLastCalledWith('domain', 'x');
  await page.getByLabelText('Size').click();
  await page.getByRole('option', { name: 'large' }).click();
  expect(onChange).toHaveBeenLastCalledWith('size', 'large');
});

it('keeps secrets unless a value is given, hides it, and says what an address cannot hold', async () => {
  const onChange = vi.fn();
  const secret = { name: 'KEY', title: 'Key', urlSafe: true, given: false, usedBy: ['gateway'] };
  await render(<SecretTable secrets={[secret, { ...secret, name: 'TOKEN', title: 'Token', given: true }]} values={{ TOKEN: 'a b' }} onChange={onChange} />);
  await expect.element(page.getByLabelText('Key')).toHaveTextContent('kept, else generated');
  await expect.element(page.getByLabelText('Token')).toHaveAttribute('type', 'password');
  await expect.element(page.getByText('only letters, digits and . _ ~ -')).toBeVisible();
  await page.getByRole('button', { name: 'keep instead' }).click();
  expect(onChange).toHaveBeenLastCalledWith('TOKEN', null);
  await page.getByLabelText('Key').click();
  await page.getByRole('option', { name: 'give a value' }).click();
  expect(onChange).toHaveBeenLastCalledWith('KEY', '');
});
