import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CreditGate } from './credit.ts';

describe('CreditGate', () => {
  it('pauses at the upper mark and resumes only at the lower', async () => {
    const gate = new CreditGate({ pauseAt: 100, resumeAt: 10 });
    gate.spend(100);
    let ready = false;
    const waiting = gate.ready().then(() => {
      ready = true;
    });
    gate.ack(50);
    await Promise.resolve();
    expect(ready).toBe(false);
    gate.ack(40);
    await waiting;
    expect(ready).toBe(true);
  });

  it('lets nobody wait after close', async () => {
    const gate = new CreditGate({ pauseAt: 1, resumeAt: 0 });
    gate.spend(5);
    const waiting = gate.ready();
    gate.close();
    await waiting;
    await gate.ready();
  });

  it('never holds more than the window and one frame, whatever the consumer does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.record({ send: fc.integer({ min: 0, max: 60 }) }), fc.record({ ack: fc.integer({ min: 0, max: 200 }) })), { maxLength: 200 }),
        (events) => {
          const gate = new CreditGate({ pauseAt: 100, resumeAt: 20 });
          for (const event of events) {
            if ('ack' in event) gate.ack(event.ack);
            else if (!gate.paused) gate.spend(event.send);
            expect(gate.outstanding).toBeLessThan(160);
            expect(gate.outstanding).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });
});
