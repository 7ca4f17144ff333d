/** So long one frame may be used for drawing, in ms: what does not fit waits for the next one. Handing a canvas on costs as much again. */
const frameMs = 2;

const waiting = new Map<object, () => void>();
let frame: number | null = null;

function run(): void {
  frame = null;
  const endMs = performance.now() + frameMs;
  for (const [owner, draw] of waiting) {
    waiting.delete(owner);
    draw();
    if (performance.now() > endMs) break;
  }
  if (waiting.size > 0) frame = requestAnimationFrame(run);
}

/** Draws soon, spread over frames so that many charts do not stop the page. Of one owner only the last wish counts. */
export function drawSoon(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  if (frame === null) frame = requestAnimationFrame(run);
}

/** Forgets what an owner wished. */
export function drawNoMore(owner: object): void {
  waiting.delete(owner);
}
