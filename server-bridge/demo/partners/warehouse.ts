import { createHash } from 'node:crypto';

import { nameFor, servePartner } from './serve-partner.ts';

/** Where the goods for a key lie, always the same place. */
function shelfOf(key: string): string {
  const [aisle = 0, place = 0] = createHash('sha256').update(key).digest();
  return `${'ABCDEF'[aisle % 6]}-${1 + (place % 40)}`;
}

await servePartner({
  name: 'warehouse',
  acts: {
    '/picks': {
      effect: 'first',
      answer: (key, pickedAt) => ({ pickId: nameFor('pick', key), shelf: shelfOf(key), pickedAt }),
    },
    '/returns': { effect: 'undone', answer: () => ({}) },
  },
});
