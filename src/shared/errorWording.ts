import { type ErrorCode, type ErrorData, errorDefinitions, type SerializedError } from './errors.ts';

/** What a person reads of an error: what happened and where, what was and was not done, and what to try next. */
export interface Wording {
  sentence: string;
  next: string;
}

type WordingTable = { [C in ErrorCode]: (data: ErrorData<C>) => Wording };

const at = (data: { host: string; port: number }) => `${data.host.includes(':') ? `[${data.host}]` : data.host}:${data.port}`;
const w = (sentence: string, next: string): Wording => ({ sentence, next });
const megabytes = (bytes: number) => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
const roomLine = (data: { neededBytes?: number | undefined; freeBytes?: number | undefined }) =>
  `${megabytes(data.neededBytes ?? 0)} are needed and ${megabytes(data.freeBytes ?? 0)} are free`;
const exit = (code: number | null) => (code === null ? 'was ended by a signal' : `exited with ${code}`);

/** Every code has its words: the compiler refuses a table with one missing. */
const wordings: WordingTable = {
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

  'server.not-found': (d) => w(`There is no server "${d.name}" in the inventory.`, 'See "pilothouse servers list", or add it.'),
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
  'selector.no-match': (d) => w(`No server matches "${d.selector}". Nothing was done.`, 'See "pilothouse servers list" for names, tags and groups.'),
  'import.unreadable': (d) => w(`${d.source} cannot be imported: ${d.reason}. Nothing was added.`, 'Correct the file, or choose another.'),

  'ssh.host-not-found': (d) => w(`The name ${d.host} of "${d.server}" cannot be resolved.`, 'Check the spelling, DNS and VPN.'),
  'ssh.connection-refused': (d) =>
    w(`${at(d)} of "${d.server}" refuses connections: no SSH server listens there.`, 'Check the port, that sshd runs and that no firewall rejects it.'),
  'ssh.connect-timeout': (d) => w(`${at(d)} of "${d.server}" did not answer within ${d.seconds} s.`, 'Check that the server is on, and VPN and firewall.'),
  'ssh.network-unreachable': (d) => w(`There is no way to ${at(d)} of "${d.server}" from here (${d.reason}).`, 'Check the network and VPN of this computer.'),
  'ssh.closed-before-login': (d) =>
    w(
      `${at(d)} of "${d.server}" accepts connections and closes them before a login. It was tried several times.`,
      'It may be starting, be at its limit of logins, or refuse this address for a while after failed ones; wait a minute and try again.',
    ),
  'ssh.handshake-failed': (d) =>
    w(
      `${at(d)} of "${d.server}" answers, but no SSH session can be agreed upon: ${d.reason}.`,
      'Check that this port is SSH and which algorithms the server allows.',
    ),
  'ssh.auth-key-refused': (d) =>
    w(
      `"${d.server}" does not let ${d.user} in with ${d.method}.`,
      `Add the public key to ~${d.user}/.ssh/authorized_keys there, or choose another key or login.`,
    ),
  'ssh.auth-password-refused': (d) =>
    w(`"${d.server}" does not accept the password of ${d.user}. It was tried once.`, 'Enter the password again, or use a key.'),
  'ssh.key-unreadable': (d) =>
    w(`The key ${d.path} for "${d.server}" cannot be used: ${d.reason}.`, 'Check the path, its permissions and that it is a private key.'),
  'ssh.key-passphrase-needed': (d) =>
    w(
      `The key ${d.path} for "${d.server}" is locked with a passphrase that is not known or not right.`,
      'Enter its passphrase, or load it into your SSH agent.',
    ),
  'ssh.agent-unavailable': (d) =>
    w(
      `"${d.server}" is to be reached with keys of the SSH agent, but no agent answers.`,
      'Start ssh-agent and add your key with ssh-add, or choose a key file.',
    ),
  'ssh.password-missing': (d) => w(`"${d.server}" wants a password and none is stored.`, 'Enter it in the settings of the server.'),
  'ssh.auth-answers-refused': (d) =>
    w(
      `"${d.server}" (${at(d)}) refused what was answered for ${d.user}. It was sent once and not again.`,
      'Log in again with a fresh code. Codes work once, and only while the clocks of this computer, your device and the server agree.',
    ),
  'ssh.login-needs-person': (d) =>
    w(
      `"${d.server}" asks a person when ${d.user} logs in (${d.asks}), and nobody was there to answer. Nothing was run.`,
      `Log in first: "Log in" on the server's page, or "pilothouse servers login ${d.server}". Work then uses that connection.`,
    ),
  'ssh.certificate-unusable': (d) =>
    w(
      `The certificate ${d.path} for "${d.server}" ${d.reason}. No login was tried.`,
      'Have it signed anew, or name another certificate in the settings of the server.',
    ),
  'ssh.certificate-refused': (d) =>
    w(
      `"${d.server}" (${at(d)}) refused the certificate "${d.keyId}" for ${d.user}: ${d.reason}.`,
      'Check the login name, the names in the certificate, its dates, and TrustedUserCAKeys on the server.',
    ),
  'ssh.host-certificate-invalid': (d) =>
    w(
      `The host certificate "${d.keyId}" that "${d.server}" (${at(d)}) shows was not accepted: ${d.reason} (authority ${d.authority}). No login was tried.`,
      'Ask whoever runs the authority for a new host certificate, or compare the key itself and trust that.',
    ),
  'ssh.host-key-unknown': (d) =>
    w(
      `"${d.server}" (${at(d)}) offers the ${d.keyType} key ${d.fingerprint}, which is not known. No login was tried.`,
      'Compare the fingerprint with the one on the server and trust it.',
    ),
  'ssh.host-key-changed': (d) =>
    w(
      `The host key of "${d.server}" (${at(d)}) has CHANGED: it offers ${d.found}, expected was ${d.expected.join(' or ')}. The connection was refused and nothing was sent.`,
      'If the server was reinstalled, compare the new fingerprint on its console and trust it again; otherwise somebody may be in between.',
    ),
  'ssh.host-key-revoked': (d) =>
    w(
      `${at(d)} ("${d.server}") shows a host key that known_hosts marks as revoked (${d.keyType} ${d.fingerprint}). The connection was refused before any login.`,
      'Do not log in: give the server a new host key, then trust that one.',
    ),
  'ssh.connection-lost': (d) =>
    w(`The connection to "${d.server}" was lost. What ran there as a job goes on.`, 'It is made again by itself; check the network if this stays.'),
  'ssh.channel-refused': (d) => w(`"${d.server}" opens no further session: ${d.reason}.`, 'Wait for other work to end, or raise MaxSessions in its sshd.'),
  'ssh.link-slow': (d) =>
    w(`The line to "${d.server}" is slow: an answer takes ${(d.roundTripMs / 1000).toFixed(1)} s.`, 'Check the network between this computer and the server.'),
  'ssh.link-silent': (d) =>
    w(`"${d.server}" does not answer for the moment.`, 'Its connections are given up after 20 s of silence, and then made again; wait, or check the network.'),
  'ssh.system-client-unavailable': (d) =>
    w(
      `"${d.server}" is to be reached by this computer's own ssh, and that cannot be done: ${d.reason}.`,
      'Install OpenSSH, or set the built-in client for this server.',
    ),

  'sudo.needs-terminal': (d) =>
    w(
      `sudo on "${d.server}" runs for ${d.user} only on a terminal (requiretty), which commands of Pilothouse do not have. Nothing was run as root.`,
      `Let it run without, with visudo: "Defaults:${d.user} !requiretty".`,
    ),
  'key.not-found': (d) => w(`There is no key "${d.key}".`, 'See "pilothouse keys list".'),
  'key.exists': (d) => w(`${d.path} exists already. It was not touched.`, 'Choose another name.'),
  'key.unusable': (d) => w(`${d.path} ${d.reason}. Nothing was changed.`, 'Choose another file.'),
  'key.carries-us': (d) =>
    w(
      `The key ${d.fingerprint} is the one that logs in to "${d.server}". It was not removed.`,
      'Install another key first and say that it shall take over; it is proved by a fresh login before this one goes.',
    ),
  'key.not-proved': (d) =>
    w(
      `A fresh login to "${d.server}" with the key ${d.fingerprint} did not work (${d.because}). What was changed was put back.`,
      'See what its sshd logs, and try again.',
    ),
  'sudo.unavailable': (d) =>
    w(
      `${d.user} on "${d.server}" cannot become root without a password, and this needs root.`,
      'Allow it in sudoers, log in as root, or choose sudo with a password.',
    ),
  'sudo.password-missing': (d) =>
    w(`sudo of ${d.user} on "${d.server}" wants a password and none is stored.`, 'Enter the sudo password in the settings of the server.'),
  'sudo.password-wrong': (d) => w(`sudo on "${d.server}" does not accept the password of ${d.user}. It was tried once.`, 'Enter the password again.'),

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

  'operation.not-found': (d) => w(`There is no operation ${d.id}.`, 'See "pilothouse operations list".'),
  'operation.wrong-state': (d) => w(`Operation ${d.id} is ${d.state}; for this it must be ${d.wanted}. Nothing was changed.`, 'Look at its present state.'),
  'operation.lease-lost': (d) => w(`Operation ${d.id} is being run by another core.`, 'Follow it there.'),
  'guard.confirmation-needed': (d) => w(`This changes production: ${d.effect}. Nothing was done.`, `Confirm it by its name: "${d.expected}".`),
  'guard.plan-stale': (d) =>
    w(`"${d.server}" has moved since plan ${d.plan} was made: ${d.what}. Nothing was changed.`, 'Make the plan again and look at what it says now.'),
  'guard.lint': (d) =>
    w(
      `${d.stack} would not work as it is meant to: ${d.findings.join(' ')} Nothing was changed.`,
      `Mend it, or accept it by the name of the rule: ${d.rules.map((rule) => `--accept ${rule}`).join(' ')}.`,
    ),
  'lint.not-found': (d) => w(`There is no rule and no trap "${d.id}".`, 'See "pilothouse stacks lint --rules".'),
  'guard.deploy-locked': (d) =>
    w(
      `"${d.server}" is being deployed to by ${d.who} since ${new Date(d.sinceMs).toISOString()} (${d.why}). Nothing was changed.`,
      'Wait for it to end, or ask them.',
    ),

  'workflow.not-found': (d) => w(`There is no workflow "${d.id}".`, 'See "pilothouse workflows list".'),
  'workflow.definition-invalid': (d) => w(`The workflow ${d.source} is not valid: ${d.issues.join('; ')}.`, 'Correct the file.'),
  'workflow.input-invalid': (d) => w(`Input ${d.name}: ${d.problem}. Nothing was started.`, 'Give it again with --input, or in the form.'),
  'workflow.step-failed': (d) =>
    w(
      `"${d.server}": ${d.phase} of "${d.step}" ${exit(d.exitCode)}. Later steps were not started there.`,
      'Read its output, put it right and retry the step: it checks first.',
    ),
  'guide.stop-fixed': (d) => w(`The way cannot be gone without "${d.stop}".`, 'Do it; everything after it stands on it.'),
  'schedule.not-found': (d) => w(`There is no schedule "${d.name}".`, 'See "pilothouse schedules list".'),
  'schedule.exists': (d) => w(`There is a schedule "${d.name}" already. Nothing was changed.`, 'Choose another name, or edit that one.'),
  'schedule.not-automatic': (d) =>
    w(`"${d.name}" cannot run by itself: ${d.because}. Nothing was changed.`, 'Only an audit runs by itself; leave it as a reminder, or make it check only.'),
  'probe.not-found': (d) => w(`There is no probe "${d.name}", or several have that name.`, 'See "pilothouse probes list", and give its id.'),
  'probe.exists': (d) => w(`There is a probe "${d.name}" already. Nothing was changed.`, 'Choose another name, or edit that one.'),
  'probe.not-run': (d) => w(`The probe "${d.name}" was not run: ${d.reason}.`, 'See "pilothouse probes list" for how it stands and what it may use in a day.'),
  'window.not-found': (d) => w(`There is no maintenance window "${d.name}".`, 'See "pilothouse windows list".'),
  'window.exists': (d) => w(`There is a maintenance window "${d.name}" already. Nothing was changed.`, 'Choose another name, or remove that one first.'),
  'window.closed': (d) =>
    w(
      `${d.servers}: outside of the maintenance windows, and ${d.what} may interrupt its users. ${d.next === null ? 'No window is to come.' : `The next window is ${d.next}.`} Nothing of it was done.`,
      'Wait for the window, add one, or say why it cannot wait ("--outside-window" of a run).',
    ),
  'workflow.step-not-found': (d) => w(`${d.id} has no step ${d.step}. Nothing was started.`, `See "pilothouse workflows show ${d.id}".`),
  'workflow.facts-missing': (d) =>
    w(`"${d.server}": whether this step applies depends on ${d.what}.`, 'Read its facts ("pilothouse servers facts") and retry.'),
  'workflow.answered-no': (d) => w(`"${d.server}": ${d.who} answered no to "${d.step}".`, 'Do what it asks and retry the cell, or skip it with a reason.'),
  'workflow.approval-refused': (d) =>
    w(`"${d.server}": ${d.who} refused "${d.step}". Nothing was changed after it.`, 'Talk to them; then retry the cell or end the run.'),
  'workflow.approval-invalid': (d) => w(`The approval by ${d.who} does not count: ${d.because}.`, 'Have another person approve it, and retry the cell.'),
  'identity.key-unusable': (d) =>
    w(`This is no public key of a person: ${d.reason}. Nothing was kept.`, 'Give the line that "pilothouse identity export" prints on their computer.'),
  'identity.person-not-found': (d) => w(`Nobody is known by "${d.name}".`, 'See "pilothouse identity people".'),
  'identity.person-exists': (d) =>
    w(
      `"${d.name}" is known already, with the key ${d.fingerprint}. Nothing was kept.`,
      'Choose another name, or revoke the former key and give the new one a name of its own.',
    ),
  'approval.unusable': (d) => w(`This cannot be used: ${d.because}. Nothing was signed or answered.`, 'Copy the whole code again; it is one line.'),
  'incident.not-found': (d) => w(`There is no incident ${d.id}.`, 'See "pilothouse incidents list".'),
  'incident.closed': (d) => w(`Incident ${d.id} is closed. Nothing was changed.`, 'Open another one; the closed one stays as it is.'),
  'workflow.wait-ended': (d) =>
    w(
      `"${d.server}": waiting for "${d.step}" was given up after ${d.seconds} s${d.last === '' ? '' : `; last: ${d.last}`}.`,
      'See why it does not come, and retry the cell.',
    ),
  'workflow.reboot-missing': (d) =>
    w(`"${d.server}" was restarted and was not back after ${d.seconds} s.`, "Look at it through the provider's console; retry the cell once it is up."),
  'workflow.guard-not-armed': (d) =>
    w(`"${d.server}": the guard for "${d.step}" could not be armed, so nothing was changed. It said: "${d.output}"`, 'Correct the cause and retry.'),
  'workflow.guard-unclear': (d) =>
    w(
      `"${d.server}": "${d.step}" was not proved and it could not be seen whether the server took it back (${d.stood}).`,
      "Look through the provider's console.",
    ),
  'workflow.lockout-averted': (d) =>
    w(
      `"${d.server}": "${d.step}" would have locked us out (${d.because}). The server took it back by itself; nothing of it is left.`,
      'Correct what the step was given, and retry.',
    ),
  'workflow.login-not-proved': (d) =>
    w(`"${d.server}": a fresh login as ${d.user} did not succeed: ${d.because}.`, 'Check the key given for that login; the login in use is untouched.'),

  'stack.not-found': (d) => w(`There is no stack "${d.id}".`, 'See "pilothouse stacks catalog".'),
  'stack.definition-invalid': (d) => w(`The stack ${d.source} is not valid: ${d.issues.join('; ')}.`, 'Correct the file.'),
  'stack.parameter-invalid': (d) => w(`Parameter ${d.name}: ${d.problem}. Nothing was started.`, 'Give it again with --set, or in the form.'),
  'stack.compose-malformed': (d) =>
    w(`${d.file}${d.line === null ? '' : `, line ${d.line}`}: ${d.problem}. Nothing was changed on a server.`, 'Correct the compose file.'),
  'stack.requirement-unmet': (d) =>
    w(`"${d.server}" does not meet what the stack needs: ${d.shortfalls.join('; ')}. Nothing was changed.`, 'Choose another server or change the parameters.'),
  'stack.not-deployed': (d) => w(`${d.stack} is not deployed on "${d.server}".`, `Deploy it: "pilothouse stacks deploy ${d.stack} --on ${d.server}".`),
  'stack.release-not-found': (d) =>
    w(`"${d.server}" holds no release ${d.release} of ${d.stack}.`, `See "pilothouse stacks releases ${d.stack} --on ${d.server}".`),
  'stack.gate-failed': (d) =>
    w(
      `"${d.server}": the new release of ${d.stack} did not pass its gate "${d.gate}": ${d.reason}. ${d.restored === null ? 'There was no earlier release to go back to; it was stopped.' : `Release ${d.restored} is back and runs.`}`,
      'Look at the logs of the failed release, correct it and deploy again.',
    ),
  'stack.lock-lost': (d) =>
    w(
      `"${d.server}": the deploy lock of ${d.stack} was taken over by ${d.who} (${d.why}). This operation has stopped where it was and changes nothing more.`,
      `Look at what runs there: "pilothouse stacks status ${d.stack} --on ${d.server}".`,
    ),
  'stack.deployed': (d) =>
    w(
      `"${d.stack}" was last seen on ${d.servers.join(', ')}. It was not removed.`,
      'Stop it there with "pilothouse stacks down", or remove it with --force: what runs goes on.',
    ),
  'stack.differs': (d) =>
    w(
      `What runs of "${d.project}" on "${d.server}" is not what its files say: ${d.differences.join('; ')}. Nothing was adopted.`,
      'Bring the files and the containers together there with "docker compose up", then adopt it.',
    ),
  'stack.project-not-found': (d) =>
    w(
      `On "${d.server}" there is no compose project ${d.project} that Pilothouse does not look after yet.`,
      'List those there are with "pilothouse stacks discover".',
    ),
  'secret.not-rotatable': (d) =>
    w(`${d.name} of "${d.stack}" cannot be rotated on "${d.server}": ${d.reason}. Nothing was changed.`, 'Look at "pilothouse secrets where".'),
  'secret.command-failed': (d) =>
    w(`${d.program} gave no secret: ${d.reason}. Nothing was changed.`, 'Run it in a terminal of yours: it may want you to log in.'),
  'stack.pull-failed': (d) =>
    w(`"${d.server}" cannot pull ${d.image}: ${d.reason}. What runs was not touched.`, 'Check the name and tag, the registry and its login.'),
  'stack.plan-not-found': (d) => w(`There is no plan ${d.id} on this computer. Nothing was changed.`, 'Make it with "pilothouse stacks plan".'),
  'stack.drift-gone': (d) => w(`On "${d.server}" nothing of the name ${d.item} differs from the release. Nothing was changed.`, 'Look at the drift again.'),
  'stack.drift-fixed': (d) =>
    w(
      `On "${d.server}", ${d.item} cannot be ${d.way === 'adopt' ? 'adopted' : 'reverted'}: ${d.reason}. Nothing was changed.`,
      'Deploy a release that says how it is to be.',
    ),
  'docker.missing': (d) =>
    w(
      `"${d.server}" has no ${d.what === 'docker' ? 'Docker Engine' : 'Docker Compose v2'}. Nothing was changed.`,
      `Run the day-1 workflow first: "pilothouse workflows run day1-base --on ${d.server}".`,
    ),
  'docker.daemon-down': (d) =>
    w(`Docker on "${d.server}" does not answer: ${d.reason}.`, 'Start it there: systemctl start docker; its journal says why it stopped.'),
  'docker.denied': (d) => w(`${d.user} on "${d.server}" may not use Docker.`, 'Allow sudo for this login, or add it to the docker group.'),

  'backup.failed': (d) =>
    w(
      `The backup of ${d.stack} on "${d.server}" failed at ${d.service}: ${d.reason}. Nothing of it was kept, and earlier backups are untouched.`,
      'Look at the output of its step, and run it again.',
    ),
  'backup.place-unusable': (d) =>
    w(`Backups cannot be kept at ${d.place}: ${d.reason}.`, 'Choose a directory that is empty or was made by Pilothouse, with room, and may be written.'),
  'backup.not-found': (d) =>
    w(
      `There is no backup ${d.set} of ${d.stack} from "${d.server}". Nothing was changed.`,
      'See "pilothouse backups list", with --refresh to look at the places.',
    ),
  'backup.damaged': (d) =>
    w(
      `The backup ${d.set} at ${d.place} is not as it was made: ${d.problems.slice(0, 3).join('; ')}. It is not used.`,
      'Use another set or another place, and make a new backup.',
    ),
  'backup.differs': (d) =>
    w(
      `${d.service} of the backup ${d.set}, restored on "${d.server}", does not hold what was counted: ${d.differences.slice(0, 3).join('; ')}.`,
      'Do not rely on this set: look at another one, and at what the restore said.',
    ),
  'backup.restore-failed': (d) =>
    w(
      `Bringing back ${d.service} from ${d.set} on "${d.server}" failed: ${d.reason}.`,
      d.wayBack === null
        ? 'What runs was not touched.'
        : `What was there before lies in the set ${d.wayBack}: "pilothouse backups restore" with --set brings it back.`,
    ),

  'terminal.not-found': () => w('This terminal is not there any more.', 'Open a new one.'),
  'terminal.recording-not-found': () => w('This recording is not there any more.', 'See "Recordings" of the terminals.'),
  'terminal.closed': (d) => w(`This terminal has ended: ${d.reason}.`, 'Open a new one.'),
  'secret.not-found': (d) => w(`There is no secret "${d.name}".`, 'Set it: "pilothouse secrets set NAME".'),
  'secret.keystore-locked': (d) =>
    w(`The secrets of this directory cannot be opened with ${d.keystore}: ${d.reason}.`, 'Unlock the keystore, or give the passphrase.'),
  'group.not-found': (d) => w(`There is no group "${d.name}", and no server is in one of this name.`, 'See "pilothouse groups list".'),
  'resource.not-found': (d) => w(`There is no cloud resource "${d.name}".`, 'See "pilothouse resources list".'),
  'resource.name-taken': (d) =>
    w(`A cloud resource named "${d.name}" is there already. Nothing was changed.`, 'Choose another name, or edit the one that is there.'),
  'document.not-found': (d) => w(`There is no document "${d.name}".`, 'See "pilothouse documents list".'),
  'document.exists': (d) =>
    w(`A document named "${d.name}" is there already. It was not touched.`, 'Choose another name, or save it as a new version of the one that is there.'),
  'document.changed': (d) =>
    w(
      `${d.who} has saved version ${d.version} of "${d.name}" in the meantime. Your text was not saved.`,
      'Copy your text, look at the newer version, and bring the two together.',
    ),
  'evidence.file-too-large': (d) =>
    w(`"${d.name}" is larger than ${megabytes(d.limitBytes)}. It was not kept.`, 'Cut it to the part that proves it, or compress it.'),
  'evidence.upload-broken': (d) => w(`"${d.name}" did not arrive whole: ${d.reason}. It was not kept.`, 'Attach it again.'),
  'evidence.file-not-found': (d) => w(`There is no attached file ${d.id}.`, 'See what a run has: "pilothouse runs evidence RUN".'),
  'evidence.file-damaged': (d) =>
    w(`"${d.name}" is not what was attached any more: ${d.reason}. It is not handed out.`, 'Take it from a backup of the data directory, or attach it again.'),
  'alert.not-found': (d) => w(`There is no alert "${d.key}". Nothing was changed.`, 'It may be over by now: see "pilothouse alerts list --all".'),
  'alert.rule-not-found': (d) => w(`There is no alert rule "${d.id}". Nothing was changed.`, 'See "pilothouse alerts rules list".'),
  'alert.rule-invalid': (d) => w(`The rule "${d.id}" cannot be used: ${d.problems.slice(0, 3).join('; ')}. Nothing was changed.`, 'Correct it and try again.'),
  'alert.silence-not-found': (d) => w(`There is no silence "${d.id}". Nothing was changed.`, 'See "pilothouse alerts silences".'),
  'alert.channel-not-found': (d) => w(`There is no channel "${d.name}". Nothing was changed.`, 'See "pilothouse alerts channels list".'),
  'alert.channel-exists': (d) => w(`There is a channel "${d.name}" already. Nothing was changed.`, 'Choose another name, or change that one.'),
  'audit.not-found': (d) =>
    w(`There is no audit ${d.what}.`, 'See "pilothouse audits list", or make one: "pilothouse workflows run ID --on SERVER --check-only".'),
  'catalogue.unusable': (d) =>
    w(`The catalogue ${d.file} cannot be used: ${d.issues.slice(0, 3).join('; ')}.`, 'Correct the file, or install Pilothouse again.'),
  'demo.unavailable': (d) => w(`The demo fleet cannot run here: ${d.reason}.`, 'Add a real server, or try it on Linux or macOS.'),
};

/**
 * Words for an error as stored or sent. Data that does not fit its code's schema (an older core, a damaged journal) is worded
 * as `internal`, never thrown.
 */
export function errorWording(error: SerializedError): Wording {
  const definition = errorDefinitions[error.code];
  const parsed = definition.data.safeParse(error.data);
  if (!parsed.success)
    return w(`Something failed (${error.code}) and its details cannot be read.`, 'Update Pilothouse so that window and core are of one version.');
  const word = wordings[error.code] as (data: unknown) => Wording;
  return word(parsed.data);
}
