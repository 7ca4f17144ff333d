import type { StepRun } from './stepRun.ts';

/** Fills `${inputs.NAME}`, `${server.host}` and `${server.name}` in a text of a step; what is not known stays as it stands. */
export function fillText(text: string, run: Pick<StepRun, 'inputs' | 'server'>): string {
  return text.replaceAll(/\$\{(inputs|server)\.([a-zA-Z0-9]+)\}/g, (whole, of: string, name: string) => {
    if (of === 'inputs') return run.inputs[name] ?? whole;
    return name === 'host' ? run.server.host : name === 'name' ? run.server.name : whole;
  });
}
