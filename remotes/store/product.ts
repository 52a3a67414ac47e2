import type { ObjectState, PlainRecord } from '@testudo/fabric';

/** A product as this shop shows it. */
export interface Product {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly priceCents: number;
  readonly stock: number;
  /** a colour of the product itself */
  readonly accent: string;
}

/** The product that an object of the model `inventory` stands for; missing fields become empty. */
export function toProduct({ id, fields }: ObjectState): Product {
  return {
    id,
    sku: text(fields, 'sku') || id,
    name: text(fields, 'name') || 'Unnamed product',
    description: text(fields, 'description'),
    priceCents: count(fields, 'priceCents'),
    stock: count(fields, 'stock'),
    accent: text(fields, 'accent'),
  };
}

/** A field as text; '' when it is something else. */
export function text(fields: PlainRecord, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** A field as a finite number; 0 when it is something else. */
export function count(fields: PlainRecord, name: string): number {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
