import { expect, test } from 'vitest';
import { placeText, readPlace } from './backupPlaceText.ts';

test.each(['here:/var/backups/pilothouse', 'server:vault-2:/srv/backups', 'computer:/home/me/Back ups'])('%s is read, and written the same', (text) => {
  const place = readPlace(text);
  expect(place === null ? null : placeText(place)).toBe(text);
});

test.each(['', 'vault:/srv', 'here:relative', 'here:/srv/../etc', 'server:/srv', 'here:vault:/srv', 'here:/a b', 'server:x:/a//b', 'here:/'])(
  '%s is none',
  (text) => {
    expect(readPlace(text)).toBeNull();
  },
);
