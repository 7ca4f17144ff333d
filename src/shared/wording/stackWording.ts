import { type WordingOf, w } from './wording.ts';

/** Words about stacks, their secrets and their backups. */
export const stackWording: WordingOf<'stack' | 'lint' | 'secret' | 'docker' | 'backup'> = {
  'stack.not-found': (d) => w(`There is no stack "${d.id}".`, 'See "pilothouse stacks catalog".', 'Look at Stacks.'),
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
  'stack.pull-failed': (d) =>
    w(`"${d.server}" cannot pull ${d.image}: ${d.reason}. What runs was not touched.`, 'Check the name and tag, the registry and its login.'),
  'stack.plan-not-found': (d) => w(`There is no plan ${d.id} on this computer. Nothing was changed.`, 'Make it with "pilothouse stacks plan".'),
  'stack.drift-gone': (d) => w(`On "${d.server}" nothing of the name ${d.item} differs from the release. Nothing was changed.`, 'Look at the drift again.'),
  'stack.drift-fixed': (d) =>
    w(
      `On "${d.server}", ${d.item} cannot be ${d.way === 'adopt' ? 'adopted' : 'reverted'}: ${d.reason}. Nothing was changed.`,
      'Deploy a release that says how it is to be.',
    ),
  'lint.not-found': (d) => w(`There is no rule and no trap "${d.id}".`, 'See "pilothouse stacks lint --rules".'),
  'secret.not-rotatable': (d) =>
    w(`${d.name} of "${d.stack}" cannot be rotated on "${d.server}": ${d.reason}. Nothing was changed.`, 'Look at "pilothouse secrets where".'),
  'secret.command-failed': (d) =>
    w(`${d.program} gave no secret: ${d.reason}. Nothing was changed.`, 'Run it in a terminal of yours: it may want you to log in.'),
  'secret.not-found': (d) => w(`There is no secret "${d.name}".`, 'Set it: "pilothouse secrets set NAME".'),
  'secret.keystore-locked': (d) =>
    w(`The secrets of this directory cannot be opened with ${d.keystore}: ${d.reason}.`, 'Unlock the keystore, or give the passphrase.'),
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
};
