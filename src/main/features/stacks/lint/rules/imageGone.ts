import { readImage } from '../imageFacts.ts';
import { commandLines } from '../lintFiles.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';

/** Images that cannot be pulled any more, by what is known. */
const gone: { repository: string; tag: RegExp; why: string; instead: string }[] = [
  // https://github.com/NVIDIA/nvidia-docker/issues/1454
  {
    repository: 'nvidia/cuda',
    tag: /^latest$/,
    why: 'has had no tag latest since 2021',
    instead: 'a full tag, as nvidia/cuda:12.9.1-base-ubuntu24.04, or ubuntu:24.04: the runtime brings nvidia-smi along',
  },
  { repository: 'nvidia/cuda', tag: /^(?:8|9|10)\.[0-9]+(?:-[a-z]+)?$/, why: 'lost its old tags', instead: 'a full tag of a release that is kept' },
  { repository: 'mongo', tag: /^[23]\./, why: 'of that release cannot be pulled by Docker any more', instead: 'mongo:8' },
];

/** An image that is not there. */
export const imageGone: LintRule = {
  id: 'image-gone',
  title: 'An image that is not there any more',
  why: 'nvidia/cuda has no tag latest, so that the usual test of a graphics card in a container fails on a healthy server. Test with a full tag or with ubuntu, into which the container toolkit puts nvidia-smi.',
  traps: ['X-081'],
  *check({ project, files }) {
    for (const { name, image } of project.all) {
      const known = image === null ? undefined : lost(image.text);
      if (image !== null && known !== undefined)
        yield found('error', 'X-081', inService(image.at, name), `${image.text} ${known.why}: the pull fails.`, `Use ${known.instead}.`);
    }
    for (const { text, file, line } of commandLines(files)) {
      if (!/\bdocker\s+(?:run|pull|create|image\s+pull)\b|\bpodman\s+(?:run|pull)\b/.test(text)) continue;
      for (const word of text.split(/\s+/)) {
        const known = /^[a-z0-9][\w./:@-]+$/.test(word) ? lost(word) : undefined;
        if (known !== undefined)
          yield found('error', 'X-081', { file, line }, `${word} ${known.why}: this fails on a healthy server too.`, `Use ${known.instead}.`);
      }
    }
  },
};

function lost(text: string) {
  const { repository, tag, digest } = readImage(text);
  return digest === null ? gone.find((each) => each.repository === repository && each.tag.test(tag ?? 'latest')) : undefined;
}
