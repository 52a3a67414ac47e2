import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { WireError } from '@testudo/fabric/error';
import { expect, test } from 'vitest';

interface Told {
  readonly acknowledgedThen: readonly string[];
  readonly acknowledged: readonly string[];
  readonly refusals: readonly WireError[];
  readonly during: { readonly c: readonly string[]; readonly d: readonly string[] };
  readonly after: readonly string[];
}

test.each(['sqlite', 'file'])(
  'a disk that refuses to write under %s - acknowledges nothing that is not kept, leaves nothing half-written and goes on when it is mended',
  (kind) => {
    const directory = mkdtempSync(join(tmpdir(), 'testudo-bad-disk-'));
    try {
      const args = ['server-bridge/testing/write-on-a-bad-disk.ts', kind, directory];
      const told = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Told;
      expect(told.refusals.length).toBeGreaterThan(0);
      for (const { code, message } of told.refusals) {
        expect(code).toBe('UNAVAILABLE');
        expect(message).not.toContain(directory);
      }
      const kept = [...told.acknowledgedThen].sort();
      expect(told.during).toEqual({ c: kept, d: kept });
      expect(told.acknowledged).toContain('mended');
      expect(told.after).toEqual([...told.acknowledged].sort());
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
);
