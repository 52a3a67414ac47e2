import { appendFileSync, existsSync, readFileSync } from 'node:fs';

import type { PartnerCall } from './partner-call.ts';

/** A partner's log, a JSON line each call; what it says outlives the process. */
export interface PartnerLog {
  readonly calls: readonly PartnerCall[];
  record(call: PartnerCall): void;
  /** when a key had its effect, or `undefined` if it has had none */
  effectMs(act: string, key: string): number | undefined;
}

/** The log in a file, with what a former process wrote to it. */
export function openLog(path: string): PartnerLog {
  const calls: PartnerCall[] = [];
  const effects = new Map<string, number>();
  const note = (call: PartnerCall): void => {
    calls.push(call);
    if (call.effect === 'first' || call.effect === 'undone') effects.set(`${call.act} ${call.key}`, call.atMs);
  };
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  for (const line of lines) note(JSON.parse(line) as PartnerCall);
  return {
    calls,
    record(call) {
      appendFileSync(path, `${JSON.stringify(call)}\n`, { mode: 0o600 });
      note(call);
    },
    effectMs: (act, key) => effects.get(`${act} ${key}`),
  };
}
