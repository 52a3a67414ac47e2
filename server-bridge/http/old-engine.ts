/** Chromium's major version under each release of Samsung's system, whose browsers name no Chromium. */
const tizen: Readonly<Record<string, number>> = { '5.5': 69, '6.0': 76, '6.5': 85, '7.0': 94 };

/** The first Chromium that lacks nothing of `polyfills.js` and holds a worker to the worker's own policy. */
const firstModern = 103;

/**
 * Whether a browser is an old Chromium, by its `User-Agent`: what to send it has to be known before anything can run
 * in it. Whoever does not name an old one gets what modern engines get.
 */
export function isOldEngine(userAgent = ''): boolean {
  const [, chromium, system = ''] = /Chrome\/(\d+)|Tizen (\d+\.\d+)/.exec(userAgent) ?? [];
  return Number(chromium ?? tizen[system] ?? firstModern) < firstModern;
}
