import { expect, test } from 'vitest';
import { secretFromCommand, splitWords } from './secretCommand.ts';

test.each([
  ["op read 'op://vault/db pass/word'", ['op', 'read', 'op://vault/db pass/word']],
  ['a "b \\" c" \\$x ; rm', ['a', 'b " c', '$x', ';', 'rm']],
  ["printf ''", ['printf', '']],
])('%s has these words', (text, words) => expect(splitWords(text)).toEqual(words));

test.each(['"open', '   '])('%j is refused', (text) => expect(() => splitWords(text)).toThrow());

const node = `"${process.execPath}" -e`;

test('what it prints is the secret, without the line end; no shell looks at it', async () => {
  expect(await secretFromCommand(`${node} "process.stdout.write('p4ss \\$HOME;x\\n')"`)).toBe('p4ss $HOME;x');
});

test.each([
  ['one that is not there', 'no-such-program-4711', 'there is no such program'],
  ['one that fails with the secret on its lips', `${node} "console.log('s3cret'); process.exit(3)"`, 'it ended with 3'],
  ['one that says nothing', `${node} ""`, 'it printed nothing'],
  ['one that says too much', `${node} "process.stdout.write('x'.repeat(70000))"`, 'it printed more than 65536 bytes'],
])('%s: its words are not repeated', async (_what, command, reason) => {
  await expect(secretFromCommand(command)).rejects.toMatchObject({ code: 'secret.command-failed', data: { reason } });
  await expect(secretFromCommand(command)).rejects.toSatisfy((error) => !JSON.stringify((error as { data: unknown }).data).includes('s3cret'));
});

test('one that hangs is ended', async () => {
  await expect(secretFromCommand(`${node} "setTimeout(() => {}, 60000)"`, { limitMs: 200 })).rejects.toMatchObject({ code: 'secret.command-failed' });
});
