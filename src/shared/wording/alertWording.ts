import { type WordingOf, w } from './wording.ts';

/** Words about probes and alerts. */
export const alertWording: WordingOf<'probe' | 'alert'> = {
  'probe.not-found': (d) => w(`There is no probe "${d.name}", or several have that name.`, 'See "pilothouse probes list", and give its id.'),
  'probe.exists': (d) => w(`There is a probe "${d.name}" already. Nothing was changed.`, 'Choose another name, or edit that one.'),
  'probe.not-run': (d) => w(`The probe "${d.name}" was not run: ${d.reason}.`, 'See "pilothouse probes list" for how it stands and what it may use in a day.'),
  'alert.not-found': (d) =>
    w(
      `There is no alert "${d.key}". Nothing was changed.`,
      'It may be over by now: see "pilothouse alerts list --all".',
      'It may be over by now: look at Alerts, History.',
    ),
  'alert.rule-not-found': (d) => w(`There is no alert rule "${d.id}". Nothing was changed.`, 'See "pilothouse alerts rules list".', 'Look at Alerts, Rules.'),
  'alert.rule-invalid': (d) => w(`The rule "${d.id}" cannot be used: ${d.problems.slice(0, 3).join('; ')}. Nothing was changed.`, 'Correct it and try again.'),
  'alert.silence-not-found': (d) => w(`There is no silence "${d.id}". Nothing was changed.`, 'See "pilothouse alerts silences".', 'Look at Alerts, Silences.'),
  'alert.channel-not-found': (d) =>
    w(`There is no channel "${d.name}". Nothing was changed.`, 'See "pilothouse alerts channels list".', 'Look at Alerts, Channels.'),
  'alert.channel-exists': (d) => w(`There is a channel "${d.name}" already. Nothing was changed.`, 'Choose another name, or change that one.'),
};
