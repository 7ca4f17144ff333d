import { isHubImage, readImage } from '../imageFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';

/** An image of one's own that is looked for at Docker Hub. */
export const imageRegistry: LintRule = {
  id: 'image-registry',
  title: 'An image of one’s own without its registry',
  why: 'A name without a registry is pulled from Docker Hub. Where the image was pushed elsewhere the pull fails, or finds what somebody else published under that name. Write the registry in front.',
  traps: ['X-106'],
  *check({ project }) {
    for (const { name, image, build } of project.services) {
      if (image === null || build !== null) continue;
      const reference = readImage(image.text);
      if (reference.registry !== null || /\$\{/.test(image.text) || isHubImage(reference)) continue;
      yield found(
        'warning',
        'X-106',
        inService(image.at, name),
        `${image.text} names no registry, so it is pulled as docker.io/${reference.repository}, and ${reference.repository.split('/')[0]} is no publisher there that is known.`,
        'Write the registry in front of the name; docker.io/ where Docker Hub is meant.',
      );
    }
  },
};
