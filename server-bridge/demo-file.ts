import { readFile } from 'node:fs/promises';

import { TestudoError } from '@testudo/fabric/error';
import * as v from 'valibot';

const door = v.strictObject({ url: v.pipe(v.string(), v.url()), token: v.string() });
const schema = v.strictObject({
  /** the remotes' origins, and the build of each that the demo begins with */
  remotes: v.array(
    v.strictObject({
      name: v.string(),
      origin: v.string(),
      url: v.pipe(v.string(), v.url()),
      route: v.exactOptional(v.strictObject({ segment: v.string(), title: v.string(), order: v.number() })),
    }),
  ),
  /** where the remotes' origins can be told to alter a byte */
  tamper: door,
  /** where each partner can be told to fail */
  partners: v.strictObject({ warehouse: door, carrier: door, bank: door }),
  /** the second device; `null` when there is none (yet) */
  device: v.nullable(v.strictObject({ node: v.string(), pid: v.number() })),
});

/** What the demo's supervisor has started, as it tells its server. */
export type DemoFile = Readonly<v.InferOutput<typeof schema>>;

/** @throws TestudoError `CONFIG_INVALID` naming the key */
export async function readDemoFile(path: string): Promise<DemoFile> {
  const parsed = v.safeParse(schema, JSON.parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new TestudoError('CONFIG_INVALID', `${path}: ${v.getDotPath(issue) ?? 'document'}: ${issue.message}`);
}
