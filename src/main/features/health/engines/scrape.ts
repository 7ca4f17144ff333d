/** One line of a scrape. Labels that no line can have are none; their order is that of the line. */
export interface Series {
  labels: ReadonlyMap<string, string>;
  /** `NaN` and the infinities as they were written. */
  value: number;
  /** When the value was taken, where the line tells. */
  atMs: number | null;
}

/** What the comments tell of a family. Empty: nothing. */
export interface Family {
  type: string;
  unit: string;
  help: string;
}

/** What an exporter said at one moment. */
export interface Scrape {
  /** By the name on the line, as `x_total` or `x_bucket`. */
  series: ReadonlyMap<string, readonly Series[]>;
  families: ReadonlyMap<string, Family>;
  /** Lines that are not of the format. */
  badLines: number;
  /** Something was left out, as it was more than is read. */
  truncated: boolean;
}
