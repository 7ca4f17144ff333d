/** A source of frames for tests: what is pushed comes out of the stream that is open, or of the next one. */
export function createFrameSource<T>(): { open(): AsyncIterable<T>; push(...frames: T[]): void; fail(error: Error): void; end(): void } {
  type Step = { kind: 'frame'; frame: T } | { kind: 'fail'; error: Error } | { kind: 'end' };
  const steps: Step[] = [];
  let wake: () => void = () => {};
  const add = (step: Step) => {
    steps.push(step);
    wake();
  };
  return {
    async *open() {
      for (;;) {
        const step = steps.shift();
        if (!step) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (step.kind === 'frame') yield step.frame;
        else if (step.kind === 'fail') throw step.error;
        else return;
      }
    },
    push: (...frames) => {
      for (const frame of frames) add({ kind: 'frame', frame });
    },
    fail: (error) => add({ kind: 'fail', error }),
    end: () => add({ kind: 'end' }),
  };
}
