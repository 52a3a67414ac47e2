import type { StoredOrder } from '../orders.ts';

/** One write as its tab made it; times are milliseconds since the epoch, on this machine's one clock. */
export interface Write {
  /** names the order: no other has it */
  readonly key: string;
  /** of this order; 1 creates it, each later one changes its note to `key:number` */
  readonly number: number;
  readonly beganMs: number;
  /** when it was acknowledged, and as which object */
  readonly answered: { readonly atMs: number; readonly id: string } | null;
}

/** What the tabs were told, against what the server holds. */
export interface Account {
  readonly acknowledged: number;
  /** writes that were acknowledged and are not there */
  readonly lost: readonly string[];
  /** orders that are there twice, or changed more often than anybody asked */
  readonly double: readonly string[];
}

/** The writes of all tabs, in the order in which they began. */
export interface Ledger {
  began(key: string, number: number, beganMs: number): void;
  answered(key: string, number: number, answer: { readonly atMs: number; readonly id: string }): void;
  all(): readonly Write[];
  /** Compares with every order that the server has. */
  balance(stored: readonly StoredOrder[]): Account;
}

/** An empty ledger. */
export function openLedger(): Ledger {
  const writes = new Map<string, Write>();
  const nameOf = (key: string, number: number): string => `${key}:${number}`;
  return {
    began: (key, number, beganMs) => void writes.set(nameOf(key, number), { key, number, beganMs, answered: null }),
    answered(key, number, answer) {
      const write = writes.get(nameOf(key, number));
      if (write === undefined) throw new Error(`${nameOf(key, number)} was answered before it began`);
      writes.set(nameOf(key, number), { ...write, answered: answer });
    },
    all: () => [...writes.values()],
    balance: (stored) => balance([...writes.values()], stored),
  };
}

const keyOf = ({ fields }: StoredOrder): string => fields.note.split(':')[0] ?? '';
const numberOf = ({ fields }: StoredOrder): number => Number(fields.note.split(':')[1] ?? 1);

function balance(writes: readonly Write[], stored: readonly StoredOrder[]): Account {
  const byKey = new Map<string, StoredOrder[]>();
  for (const order of stored) byKey.set(keyOf(order), [...(byKey.get(keyOf(order)) ?? []), order]);
  const asked = new Map<string, number>();
  for (const { key, number } of writes) asked.set(key, Math.max(number, asked.get(key) ?? 0));
  const isThere = ({ key, number, answered }: Write): boolean =>
    (byKey.get(key) ?? []).some((order) => order.id === answered?.id && numberOf(order) >= number);
  const isTooMuch = (key: string, orders: readonly StoredOrder[]): boolean =>
    orders.length > 1 ||
    orders.some((order) => order.version !== numberOf(order) || order.version > (asked.get(key) ?? 0));
  const acknowledged = writes.filter(({ answered }) => answered !== null);
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((write) => !isThere(write)).map(({ key, number }) => `${key}:${number}`),
    double: [...asked.keys()].filter((key) => isTooMuch(key, byKey.get(key) ?? [])),
  };
}
