import type uPlot from 'uplot';
import type { ChartTheme } from './chartTheme.ts';
import type { ChartThreshold } from './chartTypes.ts';

/** Draws lines at values that matter, behind the figures, with their words at the right. */
export function drawThresholds(self: uPlot, thresholds: readonly ChartThreshold[], theme: ChartTheme): void {
  const { ctx, bbox } = self;
  const ratio = devicePixelRatio;
  for (const [index, { value, tone, label }] of thresholds.entries()) {
    const { min, max } = self.scales['y'] ?? {};
    if (min == null || max == null || value < min || value > max) continue;
    const y = Math.round(self.valToPos(value, 'y', true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = theme[tone];
    ctx.globalAlpha = 0.55;
    ctx.lineWidth = ratio;
    ctx.setLineDash([3 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.globalAlpha = 0.9;
    ctx.fillStyle = theme[tone];
    ctx.font = `${10 * ratio}px "Inter Variable", system-ui, sans-serif`;
    // Two of them may lie near each other: their words stand at either side.
    const isRight = index % 2 === 0;
    ctx.textAlign = isRight ? 'right' : 'left';
    const isAtTop = y < bbox.top + 13 * ratio;
    ctx.textBaseline = isAtTop ? 'top' : 'bottom';
    ctx.fillText(label, isRight ? bbox.left + bbox.width - 2 * ratio : bbox.left + 2 * ratio, isAtTop ? y + 3 * ratio : y - 2 * ratio);
    ctx.restore();
  }
}

/** Draws a line at each time at which something happened. */
export function drawMarks(self: uPlot, marks: readonly { atMs: number; colour: string }[]): void {
  const { ctx, bbox } = self;
  const { min, max } = self.scales['x'] ?? {};
  if (min == null || max == null) return;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const { atMs, colour } of marks) {
    if (atMs < min || atMs > max) continue;
    const x = Math.round(self.valToPos(atMs, 'x', true)) + 0.5;
    ctx.globalAlpha = 0.5;
    ctx.strokeStyle = colour;
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
