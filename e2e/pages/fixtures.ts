import { test as base } from '@playwright/test';
import { type Simulator, startSimulator } from '../simulated/simulator.ts';

/** Simulated cores by number of servers, one of each per worker; `ownSimulator` is for tests that change or cut theirs. */
export const test = base.extend<{ ownSimulator: Simulator }, { simulators: (servers: number) => Promise<Simulator> }>({
  simulators: [
    // biome-ignore lint/correctness/noEmptyPattern: the first argument of a fixture has to be a pattern.
    async ({}, use) => {
      const running = new Map<number, Promise<Simulator>>();
      await use((servers) => {
        const existing = running.get(servers);
        if (existing) return existing;
        const started = startSimulator({ servers });
        running.set(servers, started);
        return started;
      });
      for (const simulator of running.values()) await (await simulator).close();
    },
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: the first argument of a fixture has to be a pattern.
  ownSimulator: async ({}, use) => {
    const simulator = await startSimulator({ servers: 20 });
    await use(simulator);
    await simulator.close();
  },
});

export { expect } from '@playwright/test';
