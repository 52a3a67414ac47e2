import type { Group, Row } from './measure.ts';
import { replicaObjects } from './replica-objects.ts';
import { authorityOps } from './authority-ops.ts';

const groups: readonly Group[] = [replicaObjects, authorityOps];
for (const g of groups) for (const r of (await g.run()) as Row[]) console.log(JSON.stringify(r));
