import type { AlertEvidence, AwayAlert, HoldReason } from '../../../../shared/model/alert.ts';
import type { AlertHours, AlertRule, AlertSeverity } from '../../../../shared/model/alertRule.ts';
import { usualAlertTimes } from '../../../../shared/model/alertTimes.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { ConnectionState } from '../../../../shared/model/server.ts';

/** What was measured of a server at one moment of our clock. */
export interface Sample {
  atMs: number;
  readings: readonly Reading[];
}

/** To what a subject belongs, as far as it is known. */
export interface SubjectInfo {
  stack?: string;
  /** Of an engine: its kind, for example `vllm`. */
  engine?: string;
  /** The subject that it runs on: of an engine its container. */
  parent?: string;
  /** How people call it; absent: as it is named. */
  title?: string;
  /** Of a probe: it is not asked for now, on purpose. That nothing comes of it is no news. */
  resting?: boolean;
}

/** A server at one tick. */
export interface ServerInput {
  id: string;
  name: string;
  environment: 'development' | 'staging' | 'production';
  /** IANA time zone of its hours; null: that of the settings. */
  zone: string | null;
  /** Id of the server through which it is reached; null: directly. */
  via: string | null;
  stacks: readonly string[];
  engines: readonly string[];
  /** Null: not known, so that no rule for one kind of hardware is for it. */
  hardware: 'gpu' | 'cpu' | null;
  connection: ConnectionState;
  subjects: Readonly<Record<string, SubjectInfo>>;
  /** Since the last tick, oldest first; several where the past was filled in. What is not newer than what was seen is left out. */
  samples: readonly Sample[];
}

/** A stretch of time in which servers are worked on. */
export interface MaintenanceSpan {
  name: string;
  serverIds: readonly string[];
  fromMs: number;
  untilMs: number;
}

/** What somebody wants to hear nothing of, for a while. What is absent does not narrow it. */
export interface Silence {
  id: string;
  who: string;
  reason: string;
  fromMs: number;
  untilMs: number;
  rules?: readonly string[];
  serverIds?: readonly string[];
  subjects?: readonly string[];
}

/** All that one tick is judged by. */
export interface EvaluatorInput {
  nowMs: number;
  servers: readonly ServerInput[];
  /** Whether this computer has a network; null: not known. */
  online: boolean | null;
  /** What is known of this computer besides, as whether its sign of life goes out; absent: nothing. */
  computer?: readonly Reading[];
  maintenance: readonly MaintenanceSpan[];
  silences: readonly Silence[];
}

/** What does not change from tick to tick. */
export interface EvaluatorConfig {
  rules: readonly AlertRule[];
  hours: readonly AlertHours[];
  /** Id of the hours that an environment keeps. */
  environmentHours: Readonly<Partial<Record<ServerInput['environment'], string>>>;
  settings: EvaluatorSettings;
}

/** Times are in seconds. */
export interface EvaluatorSettings {
  /** Zone of servers that have none. */
  zone: string;
  /** Samples further apart than this do not make one window. */
  gapS: number;
  /** A tick so much after the last one means that this computer slept. */
  jumpS: number;
  /** After sleep a lost connection is believed only after this. */
  graceS: number;
  /** Servers lost within this time of each other were lost at once. */
  togetherS: number;
  /** So many raises within the window are flapping, which is over after a quiet time. */
  flap: { count: number; windowS: number; quietS: number };
  /** How often an open alert is told again; null: never. */
  repeatS: Readonly<Record<AlertSeverity, number | null>>;
  /** After how long at level 1, then at level 2, nobody having acknowledged, the next level is told. */
  escalateS: Readonly<Record<AlertSeverity, readonly number[]>>;
}

export const defaultSettings: EvaluatorSettings = {
  zone: 'UTC',
  gapS: 120,
  jumpS: 45,
  graceS: 60,
  togetherS: 120,
  flap: { count: 3, windowS: 3600, quietS: 900 },
  repeatS: { critical: usualAlertTimes.critical.repeatS, warning: usualAlertTimes.warning.repeatS, advice: usualAlertTimes.advice.repeatS },
  escalateS: { critical: usualAlertTimes.critical.escalateS, warning: usualAlertTimes.warning.escalateS, advice: usualAlertTimes.advice.escalateS },
};

/** Something that happened to an alert. Its id is the same wherever it is made out anew. */
export interface AlertEvent {
  id: string;
  /** The alert's stable key. */
  key: string;
  kind: 'raised' | 'stillFiring' | 'escalated' | 'eased' | 'resolved' | 'acknowledged' | 'whileAway';
  /**
   * Of `stillFiring`: `reminder`, or `spread` where more joined. Of `escalated`: `severity`, or `time`. Of `resolved`: `good`, `noData` where
   * its series ended, `gone` where its server or rule left.
   */
  why: 'reminder' | 'spread' | 'severity' | 'time' | 'good' | 'noData' | 'gone' | null;
  atMs: number;
  cause: string;
  title: string;
  severity: AlertSeverity;
  level: 1 | 2 | 3;
  raisedAtMs: number;
  flapping: boolean;
  runbook: string | null;
  serverIds: readonly string[];
  evidence: readonly AlertEvidence[];
  /** Who acknowledged it. */
  who: string | null;
  /** Of `whileAway`: what came and went while nobody watched, worst first. */
  away?: readonly AwayAlert[] | undefined;
}

/** Why something that holds is not told, and whether that keeps its end untold as well. */
export interface Hold {
  reason: HoldReason;
  mute: boolean;
}
