import { exit, megabytes, type WordingOf, w } from './wording.ts';

/** Words about operations, workflows and what is planned and signed around them. */
export const runWording: WordingOf<
  'operation' | 'guard' | 'workflow' | 'guide' | 'schedule' | 'window' | 'identity' | 'approval' | 'incident' | 'audit' | 'evidence'
> = {
  'operation.not-found': (d) => w(`There is no operation ${d.id}.`, 'See "pilothouse operations list".', 'Look at Activity.'),
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
  'guard.deploy-locked': (d) =>
    w(
      `"${d.server}" is being deployed to by ${d.who} since ${new Date(d.sinceMs).toISOString()} (${d.why}). Nothing was changed.`,
      'Wait for it to end, or ask them.',
    ),
  'workflow.not-found': (d) => w(`There is no workflow "${d.id}".`, 'See "pilothouse workflows list".', 'Look at Workflows.'),
  'workflow.definition-invalid': (d) => w(`The workflow ${d.source} is not valid: ${d.issues.join('; ')}.`, 'Correct the file.'),
  'workflow.input-invalid': (d) => w(`Input ${d.name}: ${d.problem}. Nothing was started.`, 'Give it again with --input, or in the form.'),
  'workflow.step-failed': (d) =>
    w(
      `"${d.server}": ${d.phase} of "${d.step}" ${exit(d.exitCode)}. Later steps were not started there.`,
      'Read its output, put it right and retry the step: it checks first.',
    ),
  'workflow.step-not-found': (d) => w(`${d.id} has no step ${d.step}. Nothing was started.`, `See "pilothouse workflows show ${d.id}".`),
  'workflow.facts-missing': (d) =>
    w(`"${d.server}": whether this step applies depends on ${d.what}.`, 'Read its facts ("pilothouse servers facts") and retry.'),
  'workflow.answered-no': (d) => w(`"${d.server}": ${d.who} answered no to "${d.step}".`, 'Do what it asks and retry the cell, or skip it with a reason.'),
  'workflow.approval-refused': (d) =>
    w(`"${d.server}": ${d.who} refused "${d.step}". Nothing was changed after it.`, 'Talk to them; then retry the cell or end the run.'),
  'workflow.approval-invalid': (d) => w(`The approval by ${d.who} does not count: ${d.because}.`, 'Have another person approve it, and retry the cell.'),
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
  'guide.stop-fixed': (d) => w(`The way cannot be gone without "${d.stop}".`, 'Do it; everything after it stands on it.'),
  'schedule.not-found': (d) => w(`There is no schedule "${d.name}".`, 'See "pilothouse schedules list".', 'Look at Schedules.'),
  'schedule.exists': (d) => w(`There is a schedule "${d.name}" already. Nothing was changed.`, 'Choose another name, or edit that one.'),
  'schedule.not-automatic': (d) =>
    w(`"${d.name}" cannot run by itself: ${d.because}. Nothing was changed.`, 'Only an audit runs by itself; leave it as a reminder, or make it check only.'),
  'window.not-found': (d) => w(`There is no maintenance window "${d.name}".`, 'See "pilothouse windows list".', 'Look at Schedules.'),
  'window.exists': (d) => w(`There is a maintenance window "${d.name}" already. Nothing was changed.`, 'Choose another name, or remove that one first.'),
  'window.closed': (d) =>
    w(
      `${d.servers}: outside of the maintenance windows, and ${d.what} may interrupt its users. ${d.next === null ? 'No window is to come.' : `The next window is ${d.next}.`} Nothing of it was done.`,
      'Wait for the window, add one, or say why it cannot wait ("--outside-window" of a run).',
    ),
  'identity.key-unusable': (d) =>
    w(`This is no public key of a person: ${d.reason}. Nothing was kept.`, 'Give the line that "pilothouse identity export" prints on their computer.'),
  'identity.person-not-found': (d) => w(`Nobody is known by "${d.name}".`, 'See "pilothouse identity people".'),
  'identity.person-exists': (d) =>
    w(
      `"${d.name}" is known already, with the key ${d.fingerprint}. Nothing was kept.`,
      'Choose another name, or revoke the former key and give the new one a name of its own.',
    ),
  'approval.unusable': (d) => w(`This cannot be used: ${d.because}. Nothing was signed or answered.`, 'Copy the whole code again; it is one line.'),
  'incident.not-found': (d) => w(`There is no incident ${d.id}.`, 'See "pilothouse incidents list".', 'Look at Incidents.'),
  'incident.closed': (d) => w(`Incident ${d.id} is closed. Nothing was changed.`, 'Open another one; the closed one stays as it is.'),
  'audit.not-found': (d) =>
    w(`There is no audit ${d.what}.`, 'See "pilothouse audits list", or make one: "pilothouse workflows run ID --on SERVER --check-only".'),
  'evidence.file-too-large': (d) =>
    w(`"${d.name}" is larger than ${megabytes(d.limitBytes)}. It was not kept.`, 'Cut it to the part that proves it, or compress it.'),
  'evidence.upload-broken': (d) => w(`"${d.name}" did not arrive whole: ${d.reason}. It was not kept.`, 'Attach it again.'),
  'evidence.file-not-found': (d) => w(`There is no attached file ${d.id}.`, 'See what a run has: "pilothouse runs evidence RUN".'),
  'evidence.file-damaged': (d) =>
    w(`"${d.name}" is not what was attached any more: ${d.reason}. It is not handed out.`, 'Take it from a backup of the data directory, or attach it again.'),
};
