/** How long a hidden page, which gets no frames, may keep a callback waiting. */
const hiddenDelayMs = 100;

/** Calls back once: with the next frame, or soon when the page is hidden. */
export function nextFrame(callback: () => void): void {
  let isDone = false;
  const once = (): void => {
    if (isDone) return;
    isDone = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    callback();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, hiddenDelayMs);
}
