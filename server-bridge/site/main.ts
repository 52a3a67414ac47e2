import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { describeError } from '../describe-error.ts';
import { exportSite } from './export-site.ts';

const root = resolve(import.meta.dirname, '../..');

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: 'http://localhost:8080' },
    to: { type: 'string', default: join(root, 'dist/site') },
    user: { type: 'string', default: 'me' },
    roles: { type: 'string', default: 'customer' },
  },
});

exportSite({
  from: values.from,
  shell: join(root, 'dist/shell'),
  to: resolve(values.to),
  session: { user: values.user, roles: values.roles.split(',').filter((role) => role !== '') },
}).then(
  () => console.log(`written ${resolve(values.to)}`),
  (error: unknown) => {
    console.error(describeError(error));
    process.exit(1);
  },
);
