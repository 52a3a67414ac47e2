import { expect, test } from 'vitest';

import type { ModelReport } from '../spec/model-report.ts';
import { isAwaited, meant, olderNames } from './event-names.ts';

const model = (modelName: string, more: Partial<ModelReport> = {}): ModelReport =>
  ({ modelName, ports: {}, ...more }) as ModelReport;
const port = (consumesEvent: string, disabled = false) => ({ a: { consumesEvent, disabled } }) as never;

test('what an op does has an older name; what a flow does has none', () => {
  const names = ['create', 'update', 'command', 'delete', 'flow'] as const;
  expect(names.map((kind) => olderNames({ kind, modelName: 'stockItem' })[0])).toEqual([
    ...['CREATESTOCKITEM', 'UPDATESTOCKITEM', 'UPDATESTOCKITEM', 'DELETESTOCKITEM', undefined],
  ]);
});

test('names of models are compared without case beside older models alone', () => {
  const item = model('stockItem');
  expect(meant('stockitem', [item])).toBe('stockitem');
  expect(meant('stockitem', [item, model('parcel', { legacy: true })])).toBe('stockItem');
  expect(meant('STOCK', [item, model('parcel', { legacy: true })])).toBe('STOCK');
});

test('a port waits for its event, one of an older model in any case, one that is disabled for none', () => {
  expect(isAwaited(model('a', { ports: port('aMade') }), 'a', 'aMade')).toBe(true);
  expect(isAwaited(model('a', { ports: port('aMade') }), 'a', 'AMADE')).toBe(false);
  expect(isAwaited(model('a', { ports: port('aMade'), legacy: true }), 'a', 'AMADE')).toBe(true);
  expect(isAwaited(model('a', { ports: port('aMade', true) }), 'a', 'aMade')).toBe(false);
  expect(isAwaited(model('a'), 'b', 'aMade')).toBe(false);
});
