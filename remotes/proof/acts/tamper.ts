import { postDemo } from '../server-api.ts';
import type { TamperOutcome } from '../server-api.ts';
import type { Act } from './act.ts';

/** Has one byte of another build of the shop altered at its origin, and tries to deploy that. */
export const tamper: Act = async ({ say }) => {
  say('Altering one byte at the origin, then deploying that …');
  const { refused, serving } = await postDemo<TamperOutcome>('tamper', { remote: 'store' });
  if (refused !== null)
    return `Refused: ${refused.code}. Nothing of it ran. Build ${serving ?? 'none'} serves as before.`;
  throw Object.assign(new Error(`the altered build was let in; ${serving ?? 'none'} serves`), { code: 'CORRUPT' });
};
