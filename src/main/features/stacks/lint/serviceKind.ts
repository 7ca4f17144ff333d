import type { LintService } from './composeService.ts';

/** Whether a service does a piece of work and ends, as a migration: somebody waits for its end, it says so, or its profile does. */
export function runsOnce(service: LintService, all: readonly LintService[]): boolean {
  if (service.restart?.policy === 'no' || service.restart?.policy === 'on-failure' || service.restart?.policy === 'none') return true;
  if (service.profiles.some((profile) => /^(tools?|jobs?|migrations?|migrate|setup|init|test|tests|debug|manual|once|oneshot|backup)$/i.test(profile)))
    return true;
  return all.some(({ dependsOn }) => dependsOn.some((each) => each.service === service.name && each.condition === 'service_completed_successfully'));
}
