import type { CliContext } from '../cliContext.ts';

/** Wraps a verb's action for commander: gives it the context, reports what it throws and sets the exit code. */
// biome-ignore lint/suspicious/noExplicitAny: commander hands actions whatever their arguments are declared to be
export type Run = (action: (context: CliContext, ...args: any[]) => Promise<void> | void) => (...args: any[]) => Promise<void>;
