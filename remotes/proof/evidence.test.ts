import { expect, test } from 'vitest';

import { sourcePage } from '../../server-bridge/demo/source-page.ts';
import { addressOf, evidence } from './evidence.ts';

const passages = Object.values(evidence).flatMap(({ test: proof, code }) => [proof, code]);

test.each(passages)('$file is shown, and has the line with $find', async ({ file, find }) => {
  const query = new URL(addressOf({ file, find }), 'http://localhost').searchParams;
  const page = await sourcePage({ file: query.get('file') ?? '', find: query.get('find') ?? '' });
  expect(page.match(/class="marked"/g)?.length).toBeGreaterThan(2);
});
