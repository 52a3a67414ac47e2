import * as v from 'valibot';

import { address, closed, name } from '../configuration-values.ts';

const LEAST_CHARS = 16;
const MS = 'milliseconds: a whole number from 100 to 60000';
const BYTES = 'bytes: a whole number from 4096';
const FILES = 'a whole number from 0 to 1000';
const EVENT = 'a domain event, or a part of its name and *, such as orderCreated, order*, *';
const variable = v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'the name of an environment variable'));
const wanted = {
  /** absent: every model */
  models: v.optional(v.pipe(v.array(v.string()), v.minLength(1, 'one model or more'))),
  events: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.regex(/^[\w*-]{1,100}$/, EVENT))), v.minLength(1, 'one event or more')),
    ['*'],
  ),
  /** where a new sink begins: with all that the log has, or with the next change */
  from: v.optional(v.picklist(['start', 'now'], 'start, now'), 'start'),
};

const sink = v.variant(
  'type',
  [
    closed({
      type: v.literal('webhook'),
      url: address,
      /** the environment variable that has the secret by which deliveries are signed */
      secret: closed({ env: variable }),
      timeoutMs: v.optional(v.pipe(v.number(MS), v.integer(MS), v.minValue(100, MS), v.maxValue(60_000, MS))),
      ...wanted,
    }),
    closed({
      type: v.literal('file'),
      maxBytes: v.optional(v.pipe(v.number(BYTES), v.integer(BYTES), v.minValue(4096, BYTES))),
      keepFiles: v.optional(v.pipe(v.number(FILES), v.integer(FILES), v.minValue(0, FILES), v.maxValue(1000, FILES))),
      ...wanted,
    }),
    closed({ type: v.literal('broker'), ...wanted }),
  ],
  'a sink with the type webhook, file or broker',
);

/** Sinks by name. */
export const sinksSchema = v.optional(v.record(name, sink), {});

export type SinkConfigurations = Readonly<v.InferOutput<typeof sinksSchema>>;
export type SinkConfiguration = SinkConfigurations[string];

/** What is wrong with the secrets of webhooks, or `null`. The message tells none. */
export function checkSecrets(
  sinks: SinkConfigurations,
  environment: { readonly [name: string]: string | undefined },
): { readonly key: string; readonly message: string } | null {
  for (const [each, configuration] of Object.entries(sinks)) {
    if (configuration.type !== 'webhook') continue;
    const { env } = configuration.secret;
    const chars = environment[env]?.length ?? 0;
    if (chars >= LEAST_CHARS) continue;
    const found = chars === 0 ? 'is not set' : `has ${chars} characters`;
    return { key: `sinks.${each}.secret`, message: `the variable ${env} ${found}; give it ${LEAST_CHARS} or more` };
  }
  return null;
}
