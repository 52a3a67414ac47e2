import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { configuration } from '../../testudo.config.ts';
import { describeError } from '../describe-error.ts';
import { browserSinks } from '../sinks/browser-sinks.ts';
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

const { sinks, left } = browserSinks(configuration.sinks);
if (left.length > 0) console.log(`only sinks to the broker work in browsers; without: ${left.join(', ')}`);

exportSite({
  from: values.from,
  shell: join(root, 'dist/shell'),
  to: resolve(values.to),
  session: { user: values.user, roles: values.roles.split(',').filter((role) => role !== '') },
  sinks,
}).then(
  () => console.log(`written ${resolve(values.to)}`),
  (error: unknown) => {
    console.error(describeError(error));
    process.exit(1);
  },
);
