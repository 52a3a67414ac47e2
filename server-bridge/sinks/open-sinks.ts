import { join } from 'node:path';

import { brokerSink } from '@testudo/fabric/host/sinks/broker-sink';
import { createSinks, type Sinks, type WantedSink } from '@testudo/fabric/host/sinks/create-sinks';
import type { Sink } from '@testudo/fabric/host/sinks/sink-api';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import type { Platform } from '@testudo/fabric/platform';

import type { Configuration, Environment } from '../configuration.ts';
import type { OriginPolicy } from '../origin-policy.ts';
import { fileSink } from './file-sink.ts';
import type { SinkConfiguration } from './sink-configuration.ts';
import { webhookSink } from './webhook-sink.ts';

/** What a server's sinks are made with. */
export interface OpenSinksOptions {
  readonly configuration: Pick<Configuration, 'sinks' | 'dataDirectory' | 'tenant'>;
  /** the only place that has the webhooks' secrets */
  readonly environment: Environment;
  readonly platform: Platform;
  readonly mesh: MeshNode;
  readonly origins: Pick<OriginPolicy, 'mayBePrivate'>;
}

/** The sinks that the configuration names. Nothing is delivered before a partition opens. */
export function openSinks(options: OpenSinksOptions): Sinks {
  const { configuration, platform } = options;
  const wanted = Object.entries(configuration.sinks).map(([name, sink]): WantedSink => {
    const { models, events, from } = sink;
    return { name, to: sinkOf(name, sink, options), events, from, ...(models === undefined ? {} : { models }) };
  });
  return createSinks(wanted, platform);
}

function sinkOf(name: string, sink: SinkConfiguration, options: OpenSinksOptions): Sink {
  const { configuration, environment, platform, mesh, origins } = options;
  switch (sink.type) {
    case 'webhook': {
      const { url, timeoutMs, secret } = sink;
      return webhookSink({
        url,
        secret: environment[secret.env] ?? '',
        mayBePrivate: (origin) => origins.mayBePrivate(origin),
        now: () => platform.now(),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
    }
    case 'file': {
      const { maxBytes, keepFiles } = sink;
      return fileSink({
        path: join(configuration.dataDirectory, 'sinks', `${name}.jsonl`),
        ...(maxBytes === undefined ? {} : { maxBytes }),
        ...(keepFiles === undefined ? {} : { keepFiles }),
      });
    }
    case 'broker':
      return brokerSink(mesh, configuration);
  }
}
