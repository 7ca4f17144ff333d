import { z } from 'zod';
import { mutationFields, procedure } from './base.ts';

const backgroundS = z.int().min(0).max(60);

/** Preferences of the person on this data directory. */
export const settingsSchema = z.object({
  displayName: z.string().min(1).max(80),
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['compact', 'comfortable']),
  /** Seconds between two readings of a server's vital figures. */
  vitalsIntervalS: z.int().min(2).max(600),
  terminalFontSizePx: z.int().min(8).max(32),
  terminalScrollback: z.int().min(100).max(100_000),
  /** A face of this computer, before the app's own. Absent or empty: the app's own. */
  terminalFontFamily: z
    .string()
    .max(60)
    .regex(/^[\p{L}\p{N} _-]*$/u)
    .optional(),
  /** Absent: block. */
  terminalCursor: z.enum(['block', 'bar', 'underline']).optional(),
  terminalCursorBlink: z.boolean().optional(),
  /** Colours of panes: the app's, or always the same. Absent: the app's. */
  terminalTheme: z.enum(['app', 'dark', 'light']).optional(),
  notifyWhenFinished: z.boolean(),
  /** Good releases of a stack that a prune leaves on a server. */
  keptReleases: z.int().min(2).max(100).optional(),
  /** Percent by which the first token may come later than of the release before, and tokens slower, at a chat gate. Absent: 25 and 15. */
  firstTokenMarginPercent: z.int().min(1).max(1000).optional(),
  tokensPerSecondMarginPercent: z.int().min(1).max(99).optional(),
  /** Seconds for which a release is watched after its gates. Absent: 20. */
  soakS: z.int().min(0).max(86_400).optional(),
  /** Seconds between two looks at a server's figures while nobody watches; 0: none. Absent: 5, 15 and 30. */
  healthIntervalS: z.object({ production: backgroundS, staging: backgroundS, development: backgroundS }).optional(),
  /** Days for which figures are kept as measured, by minutes, and by ten minutes. Absent: 3, 7 and 90. */
  keptReadings: z.object({ rawDays: z.int().min(1).max(30), minuteDays: z.int().min(1).max(180), tenMinuteDays: z.int().min(1).max(1100) }).optional(),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Settings of this data directory. */
export const settingsContract = {
  get: procedure.input(z.object({})).output(settingsSchema),
  change: procedure.input(z.object({ ...mutationFields, changes: settingsSchema.partial() })).output(settingsSchema),
};

/** The demo fleet: stand-in servers on loopback, labelled as such. */
export const demoContract = {
  status: procedure.input(z.object({})).output(z.object({ available: z.boolean(), reason: z.string().nullable(), running: z.int() })),
  start: procedure.input(z.object({ ...mutationFields, servers: z.int().min(1).max(50).default(6) })).output(z.object({ serverNames: z.array(z.string()) })),
  stop: procedure.input(z.object({ ...mutationFields })).output(z.object({})),
};
