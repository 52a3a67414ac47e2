import { expect, test } from 'vitest';

import { browserSinks } from './browser-sinks.ts';

test('sinks - a browser gets those to the broker alone, and nothing of a webhook or a file', () => {
  const hook = { type: 'webhook', url: 'https://audit.example/in', secret: { env: 'AUDIT_SECRET' } };
  const beside = { type: 'broker', events: ['order*'] };
  const configured = { audit: hook, archive: { type: 'file' }, beside, all: { type: 'broker', models: ['order'] } };
  expect(browserSinks(configured)).toEqual({
    sinks: { beside: { events: ['order*'], from: 'start' }, all: { events: ['*'], from: 'start', models: ['order'] } },
    left: ['audit', 'archive'],
  });
  expect(browserSinks(undefined)).toEqual({ sinks: {}, left: [] });
});
