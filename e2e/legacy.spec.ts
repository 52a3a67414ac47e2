import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { launchWithBuilds } from './demo-with-builds.ts';
import type { DemoWithBuilds } from './demo-with-builds.ts';
import { client, until } from './launch.ts';
import type { Running } from './launch.ts';

let stand: DemoWithBuilds;
let demo: Running;
let call: Awaited<ReturnType<typeof client>>;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  stand = await launchWithBuilds({ builds: ['probe@', 'older@'], running: ['older@', 'probe@'] });
  demo = stand.demo;
  call = await client(demo.url, 'ada');
});

test.afterAll(async () => stand.stop());

interface Parcel {
  readonly id: string;
  readonly fields: object;
  readonly flow: { readonly done: readonly { port: string; status: string; node: string }[] } | null;
}

/** What is done with parcels, wherever that is. */
interface Place {
  create(input: object): Promise<Parcel>;
  update(id: string, changes: object): Promise<Parcel>;
  release(id: string): Promise<Parcel>;
  find(id: string): Promise<Parcel>;
}

function onServer(): Place {
  const ask = async (path: string, method: string, body?: object): Promise<Parcel> => {
    const reply = await call(`/api/models/parcels${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    const { object, error } = (await reply.json()) as { object: Parcel; error?: { code: string } };
    if (error) throw new Error(error.code);
    return object;
  };
  return {
    create: (input) => ask('', 'POST', input),
    update: (id, changes) => ask(`/${id}`, 'PATCH', changes),
    release: (id) => ask(`/${id}/release`, 'PATCH', {}),
    find: (id) => ask(`/${id}`, 'GET'),
  };
}

interface Answer {
  readonly state: Parcel;
}
interface Probe {
  readonly heldProps: {
    readonly models: {
      get(name: string): {
        create(input: object): Promise<Answer>;
        update(id: string, changes: object): Promise<Answer>;
        command(id: string, command: string): Promise<Answer>;
        find(id: string): Promise<Parcel>;
      };
    };
  };
}

function inPage(page: Page): Place {
  const ask = (method: 'create' | 'update' | 'command' | 'find', ...args: unknown[]): Promise<Parcel> =>
    page.evaluate(
      async ([name, given]) => {
        const parcels = (window as unknown as Probe).heldProps.models.get('parcel');
        try {
          const answer: unknown = await (parcels[name] as (...all: unknown[]) => Promise<Answer | Parcel>)(...given);
          return 'state' in (answer as object) ? (answer as Answer).state : (answer as Parcel);
        } catch (error) {
          throw new Error((error as { code: string }).code);
        }
      },
      [method, args] as const,
    );
  return {
    create: (input) => ask('create', input),
    update: (id, changes) => ask('update', id, changes),
    release: (id) => ask('command', id, 'release'),
    find: (id) => ask('find', id),
  };
}

/** A parcel once so many of its steps have ended. */
const ended = (place: Place, id: string, steps: number): Promise<Parcel> =>
  until(`${steps} steps of ${id}`, async () => {
    const found = await place.find(id);
    return (found.flow?.done.length ?? 0) >= steps ? found : undefined;
  });
const stepsOf = ({ flow }: Parcel): readonly string[] =>
  (flow?.done ?? []).map(({ port, status }) => `${port} ${status}`);
const nodesOf = ({ flow }: Parcel): ReadonlySet<string> => new Set((flow?.done ?? []).map(({ node }) => node));

/** What becomes of parcels: one that goes its way and is changed, one that no carrier takes, one that is refused. */
async function story(place: Place): Promise<{ told: unknown; nodes: ReadonlySet<string> }> {
  const { id } = await place.create({ to: 'Rome' });
  const shipped = await ended(place, id, 2);
  const updated = await place.update(id, { to: ' Gaul ' });
  const released = await place.release(id);
  const refused = await place.create({ to: 'nowhere' }).catch((error: unknown) => String(error));
  const stuck = await ended(place, (await place.create({ to: 'Thule' })).id, 3);
  const seen = [shipped, updated, released, stuck].map(({ fields }) => fields);
  const told = { seen, steps: [stepsOf(shipped), stepsOf(stuck)], refused: /VALIDATION/.test(String(refused)) };
  return { told, nodes: new Set([...nodesOf(shipped), ...nodesOf(stuck)]) };
}

const expected = {
  seen: [
    { to: 'Rome', status: 'SHIPPED', weight: 4, carrier: 'cart: NEW to Rome' },
    { to: 'Gaul', status: 'SHIPPED', weight: 4, carrier: 'cart: NEW to Rome' },
    { to: 'Gaul', status: 'GONE', weight: 4, carrier: 'cart: NEW to Rome', label: 'SHIPPED to Gaul' },
    { to: 'Thule', status: 'NEW', weight: null },
  ],
  steps: [
    ['weigh done', 'ship done'],
    ['weigh done', 'ship failed', 'weigh undone'],
  ],
  refused: true,
};

test('an older specification is created, updated and run through its ports by the server', async () => {
  const { told, nodes } = await story(onServer());
  expect(told).toEqual(expected);
  expect(nodes).toEqual(new Set([(await demo.health()).node]));
});

test('the same build does the same in the realm of a browser', async ({ page }) => {
  await page.goto(`${demo.url}/probe`);
  await expect(page.getByText('The probe is ready')).toBeVisible();
  const { told, nodes } = await story(inPage(page));
  expect(told).toEqual(expected);
  expect(nodes.size).toBe(1);
  expect(nodes, 'the browser ran every step itself').not.toContain((await demo.health()).node);
});
