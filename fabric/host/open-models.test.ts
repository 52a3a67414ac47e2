import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import type { ModelReport } from '../spec/model-report.ts';
import { openModels } from './open-models.ts';

const models = ['order', 'stock', 'customer'].map(
  (modelName) => ({ modelName, remote: `${modelName}-remote` }) as ModelReport,
);

test('models - one whose store cannot be opened costs itself only, and is told with its remote', async () => {
  const opened: string[] = [];
  const failure = await openModels(models, async ({ modelName }) => {
    if (modelName === 'order') throw new TestudoError('UNAVAILABLE', 'the directory is in use; end the other server');
    opened.push(modelName);
  });
  expect(opened).toEqual(['stock', 'customer']);
  expect(failure).toMatchObject({
    code: 'UNAVAILABLE',
    message: 'order cannot be opened: the directory is in use; end the other server',
    data: { remotes: ['order-remote'] },
  });
  expect(await openModels(models, async () => undefined)).toBeNull();
});
