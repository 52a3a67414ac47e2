import { parseArgs } from 'node:util';

const MOST_TOLD = 20;

/** How many rounds the command line asks for by `--rounds`. @throws Error for anything but a whole number above 0 */
export function roundsAsked(byDefault: number): number {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: String(byDefault) } } });
  const rounds = Number(values.rounds);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new Error(`--rounds wants a whole number above 0, got ${values.rounds}`);
}

/** Names the first writes that went wrong; with one, the program will exit with status 1. */
export function conclude(wrong: readonly string[]): void {
  for (const text of wrong.slice(0, MOST_TOLD)) console.log(text);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
