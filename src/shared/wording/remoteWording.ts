import { at, exit, megabytes, roomLine, type WordingOf, w } from './wording.ts';

/** Words about what is done on a server by hand: commands, files, tunnels and terminals. */
export const remoteWording: WordingOf<'remote' | 'job' | 'file' | 'transfer' | 'tunnel' | 'terminal'> = {
  'remote.timeout': (d) => w(`"${d.server}": ${d.what} did not end within ${d.seconds} s and was stopped.`, 'Look at what it waits for, or allow more time.'),
  'remote.disk-full': (d) =>
    w(
      d.neededBytes === undefined
        ? `The disk of "${d.server}" is full at ${d.path}. Nothing half-written was left in place.`
        : `${roomLine(d)} on "${d.server}" for ${d.path}. Nothing was written.`,
      'Free some space there and try again.',
    ),
  'remote.permission-denied': (d) => w(`"${d.server}" does not permit: ${d.what}.`, 'Use a login with the rights for it, or sudo.'),
  'remote.command-failed': (d) => w(`"${d.server}": ${d.what} ${d.signal === null ? exit(d.exitCode) : `was ended by ${d.signal}`}.`, 'Its output says why.'),
  'remote.unparsable': (d) => w(`"${d.server}": what ${d.what} answered is not understood.`, 'Run it by hand there to see what it prints, and report it.'),
  'remote.output-too-large': (d) =>
    w(`"${d.server}": ${d.what} printed more than ${d.limitBytes} bytes and was stopped.`, 'Narrow it down, or write to a file there.'),
  'job.start-failed': (d) =>
    w(`"${d.server}": the job ${d.jobId} could not be started: ${d.reason}. It did not run.`, 'Try again; check disk space and /tmp there if it stays.'),
  'job.lost': (d) =>
    w(
      `"${d.server}": the job ${d.jobId} ended without an exit code because ${d.by === 'reboot' ? 'the server was rebooted' : d.by === 'kill' ? 'it was killed' : 'its files were removed'}.`,
      'Look at what it left, then run the step again: it checks first.',
    ),
  'file.not-found': (d) => w(`"${d.server}" has no ${d.path}.`, 'Look at the directory again: it may have been moved or removed.'),
  'file.is-directory': (d) => w(`${d.path} on "${d.server}" is a directory. Nothing was changed.`, 'Name a file in it.'),
  'file.not-directory': (d) => w(`${d.path} on "${d.server}" is not a directory, or a part of the path is none.`, 'Choose a directory.'),
  'file.not-regular': (d) => w(`${d.path} on "${d.server}" is neither a file nor a directory (a device, pipe or socket). It was not read.`, 'Choose a file.'),
  'file.exists': (d) => w(`${d.path} exists already on "${d.server}". Nothing was changed.`, 'Choose another name, or remove that first.'),
  'file.too-large': (d) =>
    w(
      `${d.path} on "${d.server}" has ${megabytes(d.sizeBytes)}; up to ${megabytes(d.limitBytes)} can be opened here.`,
      'Download it, or look at its end in a terminal.',
    ),
  'file.not-text': (d) => w(`${d.path} on "${d.server}" is not text. It was not opened, since saving could damage it.`, 'Download it.'),
  'file.changed-underneath': (d) =>
    w(`${d.path} on "${d.server}" was changed by somebody else since it was read. Nothing was saved.`, 'Compare both, then save over it or take theirs.'),
  'file.owner-not-kept': (d) =>
    w(
      `${d.path} on "${d.server}" belongs to ${d.owner}; saving as ${d.user} would make it belong to ${d.user}. Nothing was saved.`,
      'Save as root, or log in as its owner.',
    ),
  'transfer.checksum-mismatch': (d) =>
    w(
      `The checksum of what was copied of ${d.path} ("${d.server}") is not that of its source. It was thrown away; what was there before is untouched.`,
      'Copy again. If this comes again, look at the disks and memory of both machines.',
    ),
  'transfer.source-changed': (d) => w(`${d.path} was changed while it was copied. The copy was thrown away.`, 'Copy again once nobody writes to it.'),
  'tunnel.not-found': () => w('This tunnel is not there any more.', 'See the tunnels of the server.'),
  'tunnel.name-taken': (d) => w(`"${d.server}" has a tunnel named "${d.name}" already. Nothing was changed.`, 'Choose another name.'),
  'tunnel.port-taken': (d) =>
    w(`Port ${d.port} of this computer cannot be listened on: ${d.reason}.`, 'Choose another local port, or leave it open to have a free one.'),
  'tunnel.target-refused': (d) =>
    w(`"${d.server}" does not reach ${at(d)}: ${d.reason}.`, 'See what listens there: the address is as the server sees it, 127.0.0.1 is the server itself.'),
  'terminal.not-found': () => w('This terminal is not there any more.', 'Open a new one.'),
  'terminal.recording-not-found': () => w('This recording is not there any more.', 'See "Recordings" of the terminals.'),
  'terminal.closed': (d) => w(`This terminal has ended: ${d.reason}.`, 'Open a new one.'),
};
