import { expect, test } from 'vitest';

import { tellStory } from './story.ts';

const runs = Number(process.env['SIM_RUNS'] ?? 50);
const seed = process.env['SIM_SEED'];
const seeds = seed === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [Number(seed)];

test(`hosts - ${seeds.length} stories of writes, flows, crashes and cut networks end with all hosts agreed`, async () => {
  const counts: { [what: string]: number } = {};
  for (const each of seeds) {
    const report = await tellStory(each);
    expect(report.faults, `SIM_SEED=${each}`).toEqual([]);
    for (const [what, count] of Object.entries(report.counts)) counts[what] = (counts[what] ?? 0) + count;
  }
  if (seed !== undefined) return;
  for (const what of ['acknowledged', 'server crashes', 'device crashes', 'cuts', 'deaf', 'calls', 'effects'])
    expect(counts[what] ?? 0, what).toBeGreaterThan(seeds.length);
}, 300_000);
