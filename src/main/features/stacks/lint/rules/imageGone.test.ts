import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { imageGone } from './imageGone.ts';

test('the test of the container toolkit in a guide', () => {
  const readme = '### GPU Not Detected\n```bash\nnvidia-smi\n# Verify Container Toolkit\ndocker run --rm --gpus all nvidia/cuda:latest nvidia-smi\n```\n';
  expect(shortLint(imageGone, { 'README.md': readme })).toEqual(['error X-081 README.md:5']);
});

test('as a service, in a script without a tag, with a registry', () => {
  const files = {
    'compose.yaml': 'services:\n  probe:\n    image: docker.io/nvidia/cuda\n',
    'verify.sh': '#!/bin/sh\ndocker pull \\\n  nvidia/cuda\nsudo docker run --gpus all docker.io/nvidia/cuda:latest nvidia-smi\n',
  };
  expect(shortLint(imageGone, files)).toEqual(['error X-081 compose.yaml:3 probe', 'error X-081 verify.sh:2', 'error X-081 verify.sh:4']);
});

test('full tags, other images, words that only look alike', () => {
  const script =
    '#!/bin/sh\ndocker run --rm --gpus all nvidia/cuda:12.9.1-base-ubuntu24.04 nvidia-smi\ndocker run --rm --gpus all ubuntu:24.04 nvidia-smi\necho nvidia/cuda:latest\n';
  expect(shortLint(imageGone, { 'verify.sh': script })).toEqual([]);
});
