import { modelEngines } from './modelEngines.ts';
import { serviceEngines } from './serviceEngines.ts';

/** What each kind of engine calls the common metrics. Ollama has none: see `readOllama`. */
export const engineTable = { ...modelEngines, ...serviceEngines };

/** Kinds of engines that are read by the table. */
export type EngineKind = keyof typeof engineTable;
