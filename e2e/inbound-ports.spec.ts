import { expect, test } from '@playwright/test';

import { launchWithBuilds } from './demo-with-builds.ts';
import type { DemoWithBuilds } from './demo-with-builds.ts';
import { client, until } from './launch.ts';
import type { Running } from './launch.ts';

interface Called {
  readonly result: unknown;
  readonly object: { readonly id: string; readonly version: number; readonly fields: { readonly grams: number } };
  readonly error?: { readonly code: string };
}

/** What the probe hands to the test, as far as it is used here. */
interface Probe {
  heldProps?: {
    readonly models: {
      get(name: string): {
        call(id: string, port: string, ...args: unknown[]): Promise<{ result: unknown; synced(): Promise<unknown> }>;
      };
    };
  };
}

let stand: DemoWithBuilds;
let demo: Running;

test.beforeAll(async () => {
  stand = await launchWithBuilds({ builds: ['scale@', 'probe@'], running: ['scale@', 'probe@'] });
  demo = stand.demo;
});

test.afterAll(async () => stand.stop());

async function asked(user: string, method: string, path: string, body?: unknown): Promise<Response> {
  const call = await client(demo.url, user);
  return call(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

async function make(): Promise<string> {
  const reply = await asked('ada', 'POST', '/api/models/parcels', {});
  return ((await reply.json()) as Called).object.id;
}

test('over HTTP: a port changes what it may for who may, a route answers, and the document tells of both', async () => {
  const id = await make();
  const weighed = await asked('ada', 'POST', `/api/models/parcels/${id}/weigh`, { grams: 70, owner: 'eve' });
  expect(weighed.status).toBe(200);
  expect(await weighed.json()).toMatchObject({ object: { version: 2, fields: { grams: 70 } } });
  expect((await asked('ada', 'PUT', `/api/parcels/${id}/weigh`, { grams: 80 })).status).toBe(200);
  const refusals = [
    await asked('ada', 'POST', `/api/models/parcels/${id}/weigh`, { grams: 0 }),
    await asked('sam', 'POST', `/api/models/parcels/${id}/weigh`, { grams: 9 }),
    await asked('ada', 'PATCH', `/api/models/parcels/${id}`, { grams: 9 }),
    await asked('ada', 'PATCH', `/api/models/parcels/${id}/weigh`, { grams: 9 }),
  ];
  expect(refusals.map(({ status }) => status)).toEqual([422, 403, 422, 405]);
  expect(refusals[3]?.headers.get('allow')).toBe('POST, PUT, OPTIONS');
  const label = await asked('sam', 'GET', `/api/parcels/${id}/label`);
  expect([label.status, await label.text()]).toEqual([200, `parcel ${id}: 80 g`]);
  expect((await fetch(`${demo.url}/api/parcels/${id}/label`)).status, 'nobody').toBe(404);
  const document = (await (await fetch(`${demo.url}/api/openapi.json`)).json()) as { paths: object };
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/api/models/parcels/{id}/weigh', '/api/parcels/{id}/label']),
  );
});

test('in a page: the browser’s host runs the port, and the server accepts what it changed', async ({ page }) => {
  const id = await make();
  await page.goto(`${demo.url}/probe`);
  await expect(page.getByText('The probe is ready')).toBeVisible();
  const result = await until('the parcel to be in the browser', () =>
    page.evaluate(async (parcelId) => {
      const model = (window as Probe).heldProps?.models.get('parcel');
      const called = await model?.call(parcelId, 'weigh', { grams: 55 }).catch(() => undefined);
      await called?.synced();
      return called?.result;
    }, id),
  );
  expect(result).toEqual({ grams: 55 });
  const stored = (await (await asked('ada', 'GET', `/api/models/parcels/${id}`)).json()) as Called;
  expect(stored.object).toMatchObject({ version: 2, fields: { grams: 55 } });
});
