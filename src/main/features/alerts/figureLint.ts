import type { AlertRule } from '../../../shared/model/alertRule.ts';
import type { LintContext, RuleFinding } from './lintTypes.ts';

/** Metrics that wander, in whose rules a moment says nothing. */
const wandering = ['ratio', 'celsius', 's', 'seconds', 'watts', '1/s', 'perSecond', 'bytesPerSecond', 'tokens/s', 'cores'];
const times = /^(latency|firstToken|interToken|queue|overhead)P\d\dS$|^(totalS|firstByteS|firstTokenS|firstAnswerS)$/;

/** Figures of one rule that cannot be meant: the traps of alerting that the field's own plans fell into. */
export function figureFindings(rule: AlertRule, { metrics }: LintContext): RuleFinding[] {
  const found: RuleFinding[] = [];
  const add = (severity: RuleFinding['severity'], check: string, message: string) => found.push({ id: rule.id, check, severity, message });
  const unit = metrics.find(({ name, on }) => name === rule.metric && on === rule.on)?.unit;
  const ordered = /^[<>]/.test(rule.comparator);
  const { appliesTo, metric } = rule;
  const narrowed = appliesTo.stacks !== undefined || appliesTo.hardware !== undefined;

  if (unit === 'ratio' && (rule.value < 0 || rule.value > 1)) add('error', 'ratio-range', `${metric} goes from 0 to 1: is ${rule.value / 100} meant?`);
  if (unit === 'flag' && ![0, 1].includes(rule.value)) add('error', 'flag-value', `${metric} is 0 or 1`);
  if (unit === 'flag' && ordered) add('warning', 'flag-comparator', `${metric} is 0 or 1: "==" says better what is meant`);
  if (unit !== undefined && wandering.includes(unit) && rule.sustainedS < 30) {
    add('warning', 'no-duration', `${metric} wanders: without a duration of 30 s at least a single value is an alert, and the rule flaps (X-119)`);
  }
  if (unit !== undefined && wandering.includes(unit) && ordered && rule.clear === undefined) {
    add('warning', 'no-clear', `without a clear value it comes and goes while ${metric} wanders about ${rule.value} (X-119)`);
  }
  if (metric === 'vramUsedRatio' && rule.comparator.startsWith('>') && appliesTo.exceptEngines?.includes('vllm') !== true) {
    add(
      'error',
      'memory-of-vllm',
      'vLLM reserves 90 % of the GPU memory and more from the start: leave its servers out, and judge kvCacheUsedRatio there (X-113)',
    );
  }
  if (metric === 'gpuUsedRatio' && rule.comparator.startsWith('<') && ['always', 'environment'].includes(rule.schedule)) {
    add('warning', 'idle-without-hours', 'every GPU is idle at night: give the rule hours (X-114)');
  }
  if (times.test(metric) && !narrowed) {
    add('warning', 'time-without-scope', 'what is slow differs by stack, and by whether there is a GPU: name stacks or hardware (X-115, X-117)');
  }
  if (metric === 'cacheHitRatio' && appliesTo.stacks === undefined) {
    add('warning', 'cache-without-scope', 'what a cache should answer differs from cache to cache: name stacks (X-116)');
  }
  return found;
}
