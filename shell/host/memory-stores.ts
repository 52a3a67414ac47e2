/** What a host that may keep nothing works on; a lazy chunk of its program. */
export { memoryDatasource } from '@testudo/fabric/store/memory-datasource';
export { memoryBuildStore } from '../memory-build-store.ts';
