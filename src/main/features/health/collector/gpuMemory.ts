/** No server has more. */
const mostGpus = 256;

/** Which GPUs a server has, as they were seen or are expected. One that is gone is known by it. */
export class GpuMemory {
  /** Places on the bus by UUID; null: not told. */
  readonly #known = new Map<string, string | null>();
  #present: ReadonlySet<string> = new Set();

  /** These are the server's GPUs by its facts: those that were taken out on purpose are forgotten. */
  expect(gpus: readonly { uuid: string; bus: string | null }[]): void {
    this.#known.clear();
    for (const { uuid, bus } of gpus.slice(0, mostGpus)) this.#known.set(uuid, bus);
  }

  /** These answered now. */
  saw(gpus: readonly { uuid: string; bus: string | null }[]): void {
    this.#present = new Set(gpus.map(({ uuid }) => uuid));
    for (const { uuid, bus } of gpus) {
      if (this.#known.size < mostGpus || this.#known.has(uuid)) this.#known.set(uuid, bus ?? this.#known.get(uuid) ?? null);
    }
  }

  /** Known ones that did not answer the last time. */
  vanished(): string[] {
    return [...this.#known.keys()].filter((uuid) => !this.#present.has(uuid));
  }

  /** The GPU at a place on the bus, as `0000:3b:00`. */
  at(bus: string): string | null {
    for (const [uuid, known] of this.#known) if (known === bus) return uuid;
    return null;
  }

  /** All that are known, gone or not. */
  all(): string[] {
    return [...this.#known.keys()];
  }

  /** Those that answered the last time. */
  present(): string[] {
    return [...this.#present];
  }
}
