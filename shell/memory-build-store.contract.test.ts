import { describeBuildStore } from '@testudo/fabric/testing/build-store.contract';

import { memoryBuildStore } from './memory-build-store.ts';

describeBuildStore('memory', async () => ({ store: memoryBuildStore(), dispose: async () => undefined }));
