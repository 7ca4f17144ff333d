import { AppError } from '../../../../shared/errors.ts';
import type { LintReport } from '../../../../shared/model/lint.ts';
import { type LintFile, readProject } from './composeProject.ts';
import { composeFilesOf } from './lintFiles.ts';
import type { LintServer } from './lintSubject.ts';
import { runLint } from './runLint.ts';

/** More than this is no project that somebody wrote; reading it would hold everything up. */
const maxTotal = 3_000_000;

/** Files of a project that is no stack of ours. */
export interface ProjectSubject {
  /** Compose files in their order, and what lies beside them. */
  files: readonly LintFile[];
  profiles?: readonly string[] | undefined;
  /** Values of variables, over those of `.env`. */
  values?: Readonly<Record<string, string>> | undefined;
  /** Null: for no server in particular. */
  server: LintServer | null;
  nowMs?: number;
}

/** Judges a person's own project: its compose files, and scripts, documents and configuration beside them. Throws `stack.compose-malformed`. */
export function lintProject({ files, profiles = [], values = {}, server, nowMs = Date.now() }: ProjectSubject): LintReport {
  const length = files.reduce((sum, { text }) => sum + text.length, 0);
  if (length > maxTotal)
    throw new AppError('stack.compose-malformed', {
      file: files[0]?.path ?? '',
      line: null,
      problem: `the files together are longer than ${maxTotal / 1_000_000} MB`,
    });
  const compose = composeFilesOf(files);
  const project = readProject(
    compose,
    files.filter((file) => !compose.includes(file)),
    { profiles, values },
  );
  return { serverName: server?.name ?? null, ...runLint({ project, files, definition: null, parameters: values, server, nowMs }) };
}
