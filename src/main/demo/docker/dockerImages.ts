import { parseOptions } from './commandLine.ts';
import { type DockerVerbs, formatOption, inspectAll, one } from './dockerVerb.ts';
import { drawTable, imageRow, inspectImage } from './dockerViews.ts';
import { goTemplate } from './goTemplate.ts';

/** Commands about images. Formats: Docker 28.3. */
export const imagesVerbs: DockerVerbs = {
  async 'image inspect'({ call, args, ports }) {
    const { options, rest } = parseOptions(args, formatOption, true);
    return inspectAll(
      call,
      one(options, 'format'),
      rest,
      (reference) => {
        const image = ports.engine.image(reference);
        return image ? inspectImage(image) : null;
      },
      'image',
    );
  },

  async images({ call, args, ports }) {
    const { options, rest } = parseOptions(
      args,
      {
        '-q': ['quiet', false],
        '--quiet': ['quiet', false],
        '-a': ['all', false],
        '--format': ['format', true],
        '--digests': ['digests', false],
        '--no-trunc': ['no-trunc', false],
        '--filter': ['filter', true],
        '-f': ['filter', true],
      },
      true,
    );
    const rows = ports.engine
      .images()
      .filter((image) => rest.length === 0 || rest.some((name) => image.reference === name || image.reference.startsWith(`${name}:`)))
      .map((image) => imageRow(image, Date.now()));
    const format = one(options, 'format');
    if (options.has('quiet')) await call.out(rows.map((row) => `${row['ID']}\n`).join(''));
    else if (format === 'json') await call.out(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    else if (format) await call.out(rows.map((row) => `${goTemplate(format, row)}\n`).join(''));
    else
      await call.out(
        drawTable(
          ['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE'],
          rows.map((row) => ['Repository', 'Tag', 'ID', 'CreatedSince', 'Size'].map((name) => row[name] ?? '')),
        ),
      );
    return 0;
  },

  async pull({ call, args, ports }) {
    const { options, rest } = parseOptions(args, { '-q': ['quiet', false], '--quiet': ['quiet', false], '--platform': ['platform', true] }, true);
    const image = ports.engine.pull(rest[0] ?? '');
    const [repository = '', tag = ''] = image.reference.split(/:(?=[^/]*$)/);
    if (!options.has('quiet'))
      await call.out(
        `${tag}: Pulling from ${repository}\n4f4fb700ef54: Pull complete\nDigest: ${image.digest}\nStatus: Downloaded newer image for ${image.reference}\n`,
      );
    await call.out(`${image.reference}\n`);
    return 0;
  },

  async rmi({ call, args, ports }) {
    for (const reference of args.filter((arg) => !arg.startsWith('-'))) {
      ports.engine.removeImage(reference);
      await call.out(`Untagged: ${reference}\n`);
    }
    return 0;
  },

  async prune({ call }) {
    await call.out('Total reclaimed space: 0B\n');
    return 0;
  },
};
