import type { PlainRecord } from '@testudo/fabric/plain';

/** Eight fields, as an order might have them. */
export function fieldsOf(index: number): PlainRecord {
  return {
    sku: `sku-${index}`,
    name: 'Scutum, oak and linen',
    quantity: index % 9,
    priceCents: 15_000 + index,
    status: 'PENDING',
    shelf: `C${index % 40}`,
    note: 'leave it with the neighbours, please',
    paid: index % 2 === 0,
  };
}
