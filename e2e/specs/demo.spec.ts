import { expect, test } from '@playwright/test';
import { Pilothouse } from '../support/pilothouse.ts';

test('the tour of the demo fleet goes all the way: servers, day 1, deploy, a broken update, back', async () => {
  test.setTimeout(480_000);
  const pilothouse = new Pilothouse();
  try {
    const ran = await pilothouse.run(['demo', '--headless']);
    const said = `${ran.stdout}${ran.stderr}`;
    expect(ran.exitCode, said).toBe(0);
    expect(said).toMatch(/The tour is done after \d/);
  } finally {
    await pilothouse.dispose();
  }
});
