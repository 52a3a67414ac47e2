import { describeTransport } from '../testing/transport.contract.ts';
import { messagePortLink } from './message-port-link.ts';

describeTransport('message port', async () => {
  const { port1, port2 } = new MessageChannel();
  return {
    ends: [messagePortLink(port1), messagePortLink(port2)],
    dispose: async () => {
      port1.close();
      port2.close();
    },
  };
});
