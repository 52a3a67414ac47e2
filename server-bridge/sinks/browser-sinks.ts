import type { BrokerSinks } from '@testudo/fabric/host/sinks/broker-sinks';
import type { SinkFilter } from '@testudo/fabric/host/sinks/sink-api';
import * as v from 'valibot';

import { sinksSchema } from './sink-configuration.ts';

/** The sinks of a deployment, as far as browsers can have them. */
export interface SinksOfBrowsers {
  /** to the broker */
  readonly sinks: BrokerSinks;
  /** names of the others: a webhook's secret would be everybody's, and a browser has no file */
  readonly left: readonly string[];
}

/** What browsers without a server can forward of what the configuration names. @throws ValiError naming what is wrong with it */
export function browserSinks(configured: unknown): SinksOfBrowsers {
  const sinks: { [name: string]: SinkFilter } = {};
  const left: string[] = [];
  for (const [name, { type, models, events, from }] of Object.entries(v.parse(sinksSchema, configured))) {
    if (type === 'broker') sinks[name] = { events, from, ...(models === undefined ? {} : { models }) };
    else left.push(name);
  }
  return { sinks, left };
}
