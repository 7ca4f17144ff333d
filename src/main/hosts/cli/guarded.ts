import { createInterface } from 'node:readline/promises';
import type { CliContext } from './cliContext.ts';
import { ExitWith, registeredError } from './cliErrors.ts';
import { exitCodes } from './exitCodes.ts';

/**
 * Calls a mutation that production guards. Where it asks for a confirmation and a person sits at the terminal, their answer is
 * tried once; otherwise the refusal stands (exit 5), to be met with `--confirm NAME`.
 */
export async function guarded<T>(context: CliContext, confirm: string | undefined, call: (confirm: { confirm?: string }) => Promise<T>): Promise<T> {
  try {
    return await call(confirm === undefined ? {} : { confirm });
  } catch (error) {
    const registered = registeredError(error);
    const interactive = context.stdin.isTTY === true && !context.output.json;
    if (registered?.code !== 'guard.confirmation-needed' || confirm !== undefined || !interactive) throw error;
    const { expected, effect } = registered.data as { expected: string; effect: string };
    const prompt = createInterface({ input: context.stdin, output: process.stderr });
    try {
      const typed = await prompt.question(`This changes production: ${effect}\nType ${context.output.style('bold', expected)} to go on: `);
      if (typed.trim() !== expected) {
        context.output.problem('That is not the name. Nothing was done.');
        throw new ExitWith(exitCodes.refused);
      }
    } finally {
      prompt.close();
    }
    return call({ confirm: expected });
  }
}

/** Reads a secret from standard input: one line without echo on a terminal, else everything up to the first newline. */
export async function readSecret(context: CliContext, label: string): Promise<string> {
  if (context.stdin.isTTY !== true) {
    let text = '';
    for await (const chunk of context.stdin) text += String(chunk);
    return text.split(/\r?\n/)[0] ?? '';
  }
  process.stderr.write(`${label}: `);
  context.stdin.setRawMode(true);
  try {
    return await new Promise<string>((resolve, reject) => {
      let text = '';
      const onData = (data: Buffer) => {
        for (const character of data.toString()) {
          if (character === '\r' || character === '\n') return done(() => resolve(text));
          if (character === '\u0003') return done(() => reject(new ExitWith(exitCodes.interrupted)));
          text = character === '\u007f' ? text.slice(0, -1) : text + character;
        }
      };
      const done = (settle: () => void) => {
        context.stdin.off('data', onData);
        settle();
      };
      context.stdin.on('data', onData).resume();
    });
  } finally {
    context.stdin.setRawMode(false);
    context.stdin.pause();
    process.stderr.write('\n');
  }
}
