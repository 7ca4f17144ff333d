import { AppError } from '../../../../shared/errors.ts';
import type { CellOutcome } from '../../../operations/operations.ts';
import { pinImages } from '../release/pinImages.ts';
import { hintIn } from './failureCauseRules.ts';
import { repeatedJob } from './repeatedJob.ts';
import { type RolloutRun, releaseOf, unchangedOutcome } from './rolloutRun.ts';
import { missingImagesScript, pullScript } from './rolloutScripts.ts';

const pullLimitMs = 4 * 3_600_000;

/** Pulls the images of the release. Throws `stack.pull-failed` with the image that is not there; what runs is not touched. */
export async function pullCell(run: RolloutRun, policy: 'always' | 'missing'): Promise<CellOutcome> {
  const { context, server } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  const release = releaseOf(await server.state(), run);
  const { env } = server.place(release.id, release);
  // A tag may stand for another image by now than it did when the release ran.
  if (policy === 'missing') {
    const lost = await pinImages(server, release, { fetch: true });
    for (const reference of lost)
      await context.output('note', `The image that ${reference} stood for is not to be had any more; what its tag stands for now is used.\n`);
  }
  const missing = async () => (await server.run('look for images', missingImagesScript, env)).split('\n').filter((line) => line !== '');
  if (policy === 'missing' && !context.started('pull') && (await missing()).length === 0) return { state: 'satisfied', detail: 'every image is on the server' };
  context.phase('apply', 'pulling images');
  const pulled = await repeatedJob(run, 'pull', { script: pullScript, env, sudo: server.sudo, timeoutMs: pullLimitMs });
  if (pulled.exitCode !== 0) {
    const telling = pulled.tail
      .split('\n')
      .map((line) => line.trim())
      .findLast((line) => hintIn(line) !== null || /error|denied|not found|timeout|no such host|refused/i.test(line));
    const absent = await missing();
    const image = absent.find((name) => pulled.tail.includes(name)) ?? absent[0] ?? release.images.map((each) => each.reference).join(', ');
    throw new AppError('stack.pull-failed', {
      server: server.serverName,
      image,
      reason: (telling ?? pulled.tail.trim().slice(-500)).slice(0, 1000) || `exit code ${pulled.exitCode}`,
    });
  }
  return { state: 'done', detail: `${release.services.length} images`, exitCode: 0 };
}
