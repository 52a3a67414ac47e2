import type { AppEvents, HostEvent } from '@testudo/fabric';

/**
 * Resolves with the first event that fits, counting from this call.
 * @throws an error with the code `DEADLINE` when none came in time; `what` says what was waited for
 */
export function waitForEvent(events: AppEvents, fits: (event: HostEvent) => boolean, what: string): Promise<HostEvent> {
  const deadlineMs = 30_000;
  return new Promise((resolve, reject) => {
    const end = () => {
      watching.dispose();
      clearTimeout(timer);
    };
    const watching = events.on((event) => {
      if (!fits(event)) return;
      end();
      resolve(event);
    });
    const timer = setTimeout(() => {
      end();
      reject(
        Object.assign(new Error(`${what} did not happen within ${deadlineMs / 1000} seconds`), { code: 'DEADLINE' }),
      );
    }, deadlineMs);
  });
}
