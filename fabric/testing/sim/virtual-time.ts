import type { Disposable } from '../../plain.ts';

interface Appointment {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that moves only when everything that could be done now has been done. */
export interface VirtualTime {
  now(): number;
  after(delayMs: number, callback: () => void): Disposable;
  /** Waits in virtual time. */
  wait(delayMs: number): Promise<void>;
  /** Lets time pass until the condition holds (`true`), or the deadline is reached. */
  runUntil(condition: () => boolean, deadlineMs: number): Promise<boolean>;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Appointments of the same instant are kept in the order in which they were made. */
export function virtualTime(startMs: number): VirtualTime {
  const appointments = new Set<Appointment>();
  let nowMs = startMs;
  let made = 0;
  const after = (delayMs: number, callback: () => void): Disposable => {
    const appointment = { atMs: nowMs + delayMs, order: (made += 1), callback };
    appointments.add(appointment);
    return { dispose: () => void appointments.delete(appointment) };
  };
  const earliest = (): Appointment | undefined => {
    let first: Appointment | undefined;
    for (const each of appointments) {
      if (first === undefined || each.atMs < first.atMs || (each.atMs === first.atMs && each.order < first.order))
        first = each;
    }
    return first;
  };
  return {
    now: () => nowMs,
    after,
    wait: (delayMs) => new Promise((resolve) => void after(delayMs, resolve)),
    async runUntil(condition, deadlineMs) {
      await settled();
      for (let next = earliest(); !condition(); next = earliest()) {
        if (next === undefined || next.atMs > deadlineMs) {
          nowMs = Math.max(nowMs, deadlineMs);
          return false;
        }
        appointments.delete(next);
        nowMs = next.atMs;
        next.callback();
        await settled();
      }
      return true;
    },
  };
}
