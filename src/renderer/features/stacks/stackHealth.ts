import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** Word and mark of a deployment's health. */
export const stackHealth: Record<DeploymentStatus['health'], { word: string; tone: Tone }> = {
  healthy: { word: 'healthy', tone: 'good' },
  degraded: { word: 'degraded', tone: 'warn' },
  down: { word: 'down', tone: 'bad' },
  absent: { word: 'not there', tone: 'off' },
  unknown: { word: 'unknown', tone: 'unknown' },
};
