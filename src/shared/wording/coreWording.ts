import { roomLine, type WordingOf, w } from './wording.ts';

/** Words about this computer: the core, its data directory, and what it was given. */
export const coreWording: WordingOf<'internal' | 'input' | 'outcome-unknown' | 'core' | 'database' | 'stream' | 'local' | 'catalogue' | 'demo'> = {
  internal: (d) =>
    w(
      'Pilothouse ran into a mistake of its own. What was asked may not have been done.',
      `Look for ${d.correlationId} in the log file of the data directory and report it.`,
    ),
  'input.invalid': (d) =>
    w(
      `Not accepted: ${d.issues.map((issue) => (issue.path ? `${issue.path}: ${issue.message}` : issue.message)).join('; ')}. Nothing was changed.`,
      'Correct it and try again.',
    ),
  'outcome-unknown': (d) => w(`It is not known whether this happened: ${d.what}.`, 'Look at the server before doing it again.'),
  'core.unavailable': (d) => w(`The Pilothouse core does not answer: ${d.reason}.`, 'It is started again by itself; if this stays, run "pilothouse doctor".'),
  'core.locked': (d) =>
    w(
      `Another Pilothouse core${d.pid === null ? '' : ` (process ${d.pid})`} holds ${d.directory} and does not answer.`,
      'End that process, or choose another directory with --data.',
    ),
  'core.stopping': () => w('The core is being stopped. Nothing new was started.', 'Start Pilothouse again.'),
  'database.from-future': (d) =>
    w(
      `${d.file} was written by a newer Pilothouse (schema ${d.found}; this one knows ${d.supported}). It was not touched.`,
      'Update Pilothouse, or restore the copy that was made before the migration.',
    ),
  'database.unreadable': (d) => w(`${d.file} cannot be opened: ${d.reason}. It was not changed.`, 'Restore the copy beside it, or move it away to begin anew.'),
  'stream.not-found': () => w('This stream has ended.', 'Open it again.'),
  'local.disk-full': (d) =>
    w(`The disk of this computer is full at ${d.path}. What could not be written was not recorded as done.`, 'Free some space and resume.'),
  'local.no-room': (d) =>
    w(
      d.neededBytes === undefined
        ? `The disk of this computer became full at ${d.path}. What was there before is untouched.`
        : `${roomLine(d)} on this computer's disk at ${d.path}. Nothing was written.`,
      'Free some space, or choose another place, and try again.',
    ),
  'local.file-unreadable': (d) => w(`${d.path} cannot be read: ${d.reason}.`, 'Check the path and its permissions.'),
  'local.file-unwritable': (d) =>
    w(`${d.path} cannot be written: ${d.reason}. What was there is untouched.`, 'Choose another place, or change its permissions.'),
  'catalogue.unusable': (d) =>
    w(`The catalogue ${d.file} cannot be used: ${d.issues.slice(0, 3).join('; ')}.`, 'Correct the file, or install Pilothouse again.'),
  'demo.unavailable': (d) => w(`The demo fleet cannot run here: ${d.reason}.`, 'Add a real server, or try it on Linux or macOS.'),
};
