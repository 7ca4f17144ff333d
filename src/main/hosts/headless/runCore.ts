import { startCore } from '../../core/startCore.ts';

/** How often an idle core looks whether it may end. */
const idleCheckMs = 1000;

/**
 * Runs the core alone until it is interrupted, or until nobody was connected and nothing ran for `idleExitS` (null: for ever).
 * Throws `core.locked` when another holds the directory.
 */
export async function runCore(options: { directory: string; idleExitS: number | null; interrupted: Promise<void> }): Promise<void> {
  const core = await startCore({ directory: options.directory, background: options.idleExitS === null });
  let busyAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const idle = new Promise<void>((resolve) => {
    const { idleExitS } = options;
    if (idleExitS === null) return;
    timer = setInterval(() => {
      if (core.busy()) busyAt = performance.now();
      else if (performance.now() - busyAt >= idleExitS * 1000) resolve();
    }, idleCheckMs);
  });
  await Promise.race([options.interrupted, idle]);
  clearInterval(timer);
  await core.close();
}
