import { readImage } from '../imageFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';

/** An image that is another one tomorrow. */
export const imageTag: LintRule = {
  id: 'image-tag',
  title: 'An image without a fixed tag or digest',
  why: 'What `latest`, no tag at all, or a word like `main` stands for changes without anybody changing the file: two servers run different programs, and there is nothing to go back to. Name a version, or better a digest.',
  traps: ['X-106'],
  *check({ project }) {
    for (const { name, image, build } of project.services) {
      if (image === null || build !== null) continue;
      const { tag, digest } = readImage(image.text);
      if (digest !== null || image.text === '' || /\$\{/.test(image.text)) continue;
      const moving =
        tag === null ||
        /^(latest|stable|edge|main|master|dev|develop|nightly|canary|release|current|lts|rolling|cpu|gpu|cuda|alpine|slim|bookworm|bullseye|jammy|noble)$/i.test(
          tag,
        ) ||
        /(^|[-.])(latest|nightly|edge)([-.]|$)/i.test(tag);
      if (!moving) continue;
      yield found(
        'warning',
        'X-106',
        inService(image.at, name),
        `${image.text} ${tag === null ? 'has no tag and is therefore `latest`' : `has the tag ${tag}, which moves`}: what runs changes without a change of the file, and the way back is lost.`,
        'Name a version, or better the digest.',
      );
    }
  },
};
