import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';

/** Shorter than this no model of several GB is loaded. */
const shortS = 30;

/** A health check that gives up on a model before it is loaded. */
export const startPeriod: LintRule = {
  id: 'start-period',
  title: 'A health check gives a model no time to load',
  why: 'Until a model is loaded a service does not answer, which takes minutes. Without start_period its health check fails that long, the container is "unhealthy", services that wait for it give up, and whatever replaces unhealthy ones does so for ever. Give start_period the longest load that is seen.',
  traps: ['X-100'],
  *check({ project }) {
    for (const service of project.services) {
      const facts = imageFacts(service.image?.text);
      const { health } = service;
      if (health === null || health === 'disabled' || (service.gpus === null && facts?.role !== 'model-server')) continue;
      // Ollama answers at once and loads its models with the first request.
      if (facts?.title === 'Ollama' || (health.startPeriodS ?? 0) >= shortS) continue;
      const patience = health.retries * health.intervalS;
      const given = health.startPeriodS === null ? 'without start_period' : `with a start_period of ${health.startPeriodS} s`;
      yield found(
        patience + (health.startPeriodS ?? 0) >= 600 ? 'warning' : 'error',
        'X-100',
        inService(health.at, service.name),
        `${service.name} loads a model, and its health check ${given} calls it unhealthy after ${health.retries} × ${health.intervalS} s = ${patience} s.`,
        'Set start_period to the longest load that is seen, as 300s.',
      );
    }
  },
};
