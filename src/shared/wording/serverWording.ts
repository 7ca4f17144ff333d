import { type WordingOf, w } from './wording.ts';

/** Words about the inventory and what is filed about servers. */
export const serverWording: WordingOf<'server' | 'selector' | 'import' | 'group' | 'resource' | 'document'> = {
  'server.not-found': (d) =>
    w(`There is no server "${d.name}" in the inventory.`, 'See "pilothouse servers list", or add it.', 'Look at Fleet, or add it there.'),
  'server.name-taken': (d) => w(`A server named "${d.name}" is there already. Nothing was changed.`, 'Choose another name, or edit the one that is there.'),
  'server.in-use': (d) => w(`"${d.name}" is still used by ${d.by}. It was not removed.`, 'Change or remove that first.'),
  'server.two-ways': (d) =>
    w(
      `"${d.name}" would be reached both through "${d.jump}" and by a proxy command: only one of them can be. Nothing was changed.`,
      'Take the jump host or the proxy command away.',
    ),
  'server.untrusted': (d) =>
    w(
      `The host key of "${d.server}" has not been confirmed yet, so no connection was made.`,
      `Compare its fingerprint and trust it: "pilothouse servers trust ${d.server}".`,
    ),
  'selector.invalid': (d) =>
    w(`The selector "${d.selector}" cannot be read: ${d.problem}.`, 'Use names with *, env:, tag:, group:, role:; space is and, comma is or, ! is not.'),
  'selector.no-match': (d) =>
    w(
      `No server matches "${d.selector}". Nothing was done.`,
      'See "pilothouse servers list" for names, tags and groups.',
      'Look at Fleet for names, tags and groups.',
    ),
  'import.unreadable': (d) => w(`${d.source} cannot be imported: ${d.reason}. Nothing was added.`, 'Correct the file, or choose another.'),
  'group.not-found': (d) => w(`There is no group "${d.name}", and no server is in one of this name.`, 'See "pilothouse groups list".'),
  'resource.not-found': (d) => w(`There is no cloud resource "${d.name}".`, 'See "pilothouse resources list".', 'Look at Records.'),
  'resource.name-taken': (d) =>
    w(`A cloud resource named "${d.name}" is there already. Nothing was changed.`, 'Choose another name, or edit the one that is there.'),
  'document.not-found': (d) => w(`There is no document "${d.name}".`, 'See "pilothouse documents list".', 'Look at Records.'),
  'document.exists': (d) =>
    w(`A document named "${d.name}" is there already. It was not touched.`, 'Choose another name, or save it as a new version of the one that is there.'),
  'document.changed': (d) =>
    w(
      `${d.who} has saved version ${d.version} of "${d.name}" in the meantime. Your text was not saved.`,
      'Copy your text, look at the newer version, and bring the two together.',
    ),
};
