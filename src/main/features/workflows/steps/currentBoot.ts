import type { CellContext } from '../../../operations/operations.ts';

/** Prints the id of the present boot. */
export const bootIdCommand = `cat "\${PILOTHOUSE_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}"`;

/** Identifies the present boot of the server; another one means that it was started anew. */
export async function currentBoot(context: CellContext): Promise<string> {
  const { stdout } = await context.remote.exec({ script: bootIdCommand, timeoutMs: 20_000, signal: context.signal });
  return stdout.trim();
}
