import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sinkContract } from '@testudo/fabric/testing/sink.contract';

import { batchesIn } from '../testing/sink-lines.ts';
import { fileSink } from './file-sink.ts';

sinkContract('file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'testudo-sink-'));
  const path = join(directory, 'sinks', 'audit.jsonl');
  const sink = fileSink({ path });
  return {
    sink,
    received: async () => batchesIn(path),
    async dispose() {
      await sink.close?.();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});
