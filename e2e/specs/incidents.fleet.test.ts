import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureFleet, type Fleet, type FleetServer } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

const file = '/var/lib/pilothouse/activity.jsonl';
const canary = 'canary-incident-5b1e';
const shown: string[] = [];
const show = (what: string, saw: string) => shown.push(`  ${what}: ${saw}`);

/** Asks another person wherever it runs, and changes one file. */
const workflow = `id: restart-with-consent
version: 1
title: Restart with consent
summary: Leaves a mark on the server once another person has consented.
kind: runbook
inputs: []
steps:
  - id: consent
    kind: approval
    title: Another person consents
    why: A restart interrupts users.
    statement: Restart the service on \${server.name}
    environments: [staging, production, development]
  - id: mark
    title: The mark is there
    why: It stands for the restart.
    sudo: true
    effect: idempotent
    risk: none
    timeoutS: 60
    check: test -e /run/restarted && echo 'it is there'
    apply: touch /run/restarted
`;

let fleet: Fleet;
let server: FleetServer;
const ada = new Pilothouse();
const grace = new Pilothouse();

interface Finding {
  kind: string;
  line: number | null;
}
const verify = async (who: Pilothouse) =>
  (await who.run(['--json', 'activity', 'verify', '--on', 'box'])).json as { ok: boolean; ledgers: { records: number; findings: Finding[] }[] };
const findings = async () => (await verify(ada)).ledgers[1]?.findings.map(({ kind, line }) => `${kind}${line === null ? '' : ` at line ${line}`}`) ?? [];
const introduce = async (one: Pilothouse, other: Pilothouse, name: string) => {
  const { publicKey, fingerprint } = await other.json(['identity', 'export']);
  expect((await one.run(['identity', 'add', name, publicKey])).exitCode).toBe(4);
  await one.json(['identity', 'add', name, publicKey, '--fingerprint', fingerprint]);
};

beforeAll(async () => {
  fleet = await ensureFleet();
  server = await fleet.startServer({ kind: 'full', name: 'incident-box' });
  for (const who of [ada, grace]) await addTrusted(who, 'box', server);
  await introduce(ada, grace, 'Grace');
  await introduce(grace, ada, 'Ada');
});
afterAll(async () => {
  await Promise.all([ada.dispose(), grace.dispose()]);
  await server.remove();
  process.stdout.write(`${shown.join('\n')}\n`);
});

describe('ledger, approvals and incidents on a real server', () => {
  it('two laptops that change it at once leave one chain, every entry once, which both find whole', async () => {
    const each = 5;
    const begun = Date.now();
    await Promise.all([ada, grace].flatMap((who) => Array.from({ length: each }, (_, index) => who.json(['exec', 'box', '--', 'true', String(index)]))));
    const tookMs = Date.now() - begun;
    const results = [await verify(ada), await verify(grace)];
    expect(results.map(({ ok, ledgers }) => [ok, ledgers.flatMap((ledger) => ledger.findings)])).toEqual([
      [true, []],
      [true, []],
    ]);
    const lines = (await server.mustExec(`cat ${file}`))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; origin: string; key: string });
    expect(await server.mustExec(`stat -c '%a %U' ${file}`)).toMatch(/^600 root/);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    expect(new Set(lines.map(({ origin }) => origin)).size).toBe(lines.length);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(2);
    expect(lines).toHaveLength(4 * each);
    show(
      'two laptops at once',
      `${2 * each} commands in ${tookMs} ms, ${lines.length} entries in one chain by ${new Set(lines.map(({ key }) => key)).size} keys, both verify it`,
    );
  });

  it('the verifier without Pilothouse agrees on what was exported from the server', async () => {
    const [ledger, people] = [join(ada.directory, 'box.jsonl'), join(ada.directory, 'people.txt')];
    await ada.json(['activity', 'export', '--server', 'box', '--out', ledger, '--keys', people]);
    const verifier = join(import.meta.dirname, '../../resources/activity/verifyLedger.mjs');
    const { status, stdout } = spawnSync(process.execPath, [verifier, ledger, people], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^20 records, 0 findings/)]);
    show('independent verifier', stdout.trim());
  });

  it('finds every kind of tampering by hand on the server, with its place', async () => {
    await server.mustExec(`cp -p ${file} /root/whole`);
    const kinds: [string, string, string[]][] = [
      ['a word changed', `sed -i '3s/"who":"[^"]*"/"who":"Eve"/' ${file}`, ['changed at line 3']],
      ['a record removed', `sed -i 5d ${file}`, ['removed at line 5']],
      ['two records swapped', `sed -i -n '7{h;d};8{p;x};p' ${file}`, ['reordered at line 8']],
      ['a record put in', `sed -n 2p ${file} >/tmp/line && sed -i '9r /tmp/line' ${file}`, ['inserted at line 10']],
      ['the end cut off', `head -n 15 ${file} >/tmp/cut && cat /tmp/cut >${file}`, ['cut at line 15']],
      ['another signature', `sed -i '4s/"signature":"...../"signature":"AAAAA/' ${file}`, ['changed at line 4']],
      ['a key of nobody', `sed -i '6s/"key":"SHA256:...../"key":"SHA256:AAAAA/' ${file}`, ['unknown-key at line 6']],
      ['something else', `echo hello >>${file}`, ['unreadable at line 21']],
    ];
    for (const [what, script, expected] of kinds) {
      await server.mustExec(script);
      const found = await findings();
      expect(found, what).toEqual(expect.arrayContaining(expected));
      show(
        `tampering: ${what}`,
        found
          .filter((each) => !each.startsWith('missing-there'))
          .slice(0, 3)
          .join('; '),
      );
      await server.mustExec(`cp -p /root/whole ${file}`);
    }
    expect(await findings()).toEqual([]);
  });

  it('a step waits for another key, takes no other, and says whose it was', async () => {
    mkdirSync(join(ada.directory, 'workflows'), { recursive: true });
    writeFileSync(join(ada.directory, 'workflows', 'restart-with-consent.yaml'), workflow);
    const started = await ada.json(['workflows', 'run', 'restart-with-consent', '--on', 'box', '--detach']);
    const id: string = started.operation?.id ?? started.id;
    const request = await expect
      .poll(async () => (await ada.run(['--json', 'approvals', 'request', id, 'consent'])).json?.code ?? '')
      .toMatch(/^ph-request-1/)
      .then(() => ada.json(['approvals', 'request', id, 'consent']));
    expect((await ada.run(['approvals', 'sign', request.code, '--yes'])).exitCode).toBe(5);
    expect((await grace.run(['approvals', 'sign', request.code])).exitCode).toBe(4);
    const read = await grace.run(['approvals', 'sign', '-', '--yes'], request.code);
    expect(read.stderr).toContain('Restart the service on box');
    expect(read.stderr).toContain(id);
    const approval = read.stdout.trim();
    expect((await ada.run(['approvals', 'give', id, 'consent', `${approval.slice(0, -8)}AAAAAAAA`])).exitCode).not.toBe(0);
    await ada.json(['approvals', 'give', id, 'consent', approval]);
    const done = await ada.run(['operations', 'follow', id]);
    expect(done.exitCode, done.stdout).toBe(0);
    expect(done.stdout + done.stderr).toContain('Approved by Grace, signed with SHA256:');
    const again = await ada.json(['workflows', 'run', 'restart-with-consent', '--on', 'box', '--detach']);
    const other: string = again.operation?.id ?? again.id;
    await expect.poll(async () => (await ada.run(['approvals', 'request', other, 'consent'])).exitCode).toBe(0);
    const replayed = await ada.run(['approvals', 'give', other, 'consent', approval]);
    expect([replayed.exitCode, replayed.stderr]).toEqual([5, expect.stringContaining('given to something else')]);
    await ada.run(['operations', 'cancel', other]);
    const { records } = await ada.json(['activity', 'list', '--search', 'approval']);
    const given = records.map(({ entry }: { entry: { action: string; outcome: string; operationId?: string } }) => [
      entry.action,
      entry.outcome,
      entry.operationId,
    ]);
    expect(given).toContainEqual(['approvals.give', 'done', id]);
    expect(given).toContainEqual(['approvals.give', 'failed', other]);
    show('approval', 'own key refused (exit 5), changed text refused, another run refused (exit 5), signed by Grace: the run went on');
  });

  it('an incident has its evidence first, without secrets, and ends in a draft with its timeline', async () => {
    expect(
      (await ada.run(['secrets', 'set', 'box/token', '--value-stdin'], `${canary}\n`)).exitCode +
        (await ada.run(['secrets', 'set', 'box/token'], `${canary}\n`)).exitCode,
    ).toBeLessThan(3);
    await server.mustExec(`logger -p user.warning 'the service said ${canary} at the end'`);
    const { incident, evidence } = await ada.json(['incidents', 'open', 'The service is gone', '--level', '2', '--on', 'box', '--note', 'seen at the door']);
    const output = (await ada.run(['operations', 'follow', evidence])).stdout;
    expect(output).toContain('the service said [secret] at the end');
    expect(output).not.toContain(canary);
    const kept = await ada.json(['operations', 'show', evidence]);
    const cells: { state: string }[] = (kept.operation ?? kept).cells;
    expect(cells.map(({ state }) => state)).toEqual(cells.map(() => 'done'));
    await ada.json(['exec', 'box', '--', 'uptime']);
    const run = await ada.run(['incidents', 'run', incident.id, 'restart-with-consent', '--check-only']);
    expect([0, 6], run.stdout + run.stderr).toContain(run.exitCode);
    await ada.json(['incidents', 'escalate', incident.id, '--reason', 'all users']);
    await ada.json(['incidents', 'close', incident.id, '--resolution', 'It came back by itself']);
    const { timeline } = await ada.json(['incidents', 'show', incident.id]);
    const seen: string[] = timeline.map(({ kind }: { kind: string }) => kind);
    expect(seen.filter((kind, index) => kind !== 'change' || seen[index - 1] !== 'change')).toEqual([
      'opened',
      'note',
      'evidence',
      'change',
      'run',
      'level',
      'closed',
    ]);
    const draft = (await ada.run(['incidents', 'postmortem', incident.id])).stdout;
    expect(draft).toContain('uptime on box');
    expect(draft).not.toContain(canary);
    expect(spawnSync('grep', ['-rlaF', canary, ada.directory], { encoding: 'utf8' }).stdout).toBe('');
    show(
      'incident',
      `${cells.length} parts of evidence, ${output.length} characters, 0 of them a secret; timeline of ${timeline.length}, draft of ${draft.split('\n').length} lines`,
    );
    expect((await verify(ada)).ok).toBe(true);
  });
});
