import { describeTransport } from '../testing/transport.contract.ts';
import { memoryLinkPair } from './memory-link.ts';

describeTransport('memory', async () => ({ ends: memoryLinkPair(), dispose: async () => undefined }));
