import type { SinkBatch } from '@testudo/fabric/host/sinks/sink-api';
import { sinkContract } from '@testudo/fabric/testing/sink.contract';

import { webhookReceiver } from '../testing/webhook-receiver.ts';
import { webhookSink } from './webhook-sink.ts';

sinkContract('webhook', async () => {
  const { url, requests, script, close } = await webhookReceiver();
  let refused = 0;
  return {
    sink: webhookSink({ url, secret: 'a secret of tests', mayBePrivate: () => false, now: () => 1 }),
    received: async () => requests.slice(refused).map(({ body }) => JSON.parse(body) as SinkBatch),
    async refuse(isRefused) {
      if (isRefused) script.push(500);
      else refused = requests.length;
    },
    dispose: close,
  };
});
