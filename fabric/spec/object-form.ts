import type { PlainRecord } from '../plain.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { PortCall } from './port-spec.ts';

/** How a model whose code is of another shape meets adapters; a model of the canonical shape has none. */
export interface ObjectForm {
  /** Calls an adapter with the object as this model's code sees it. @returns what it brought back */
  call(run: (call: PortCall) => unknown, call: PortCall): MaybePromise<unknown>;
  /** the id that the factory gave an object with these fields; `undefined`: none */
  idOf(fields: PlainRecord): string | undefined;
}

/** Where a normalised model carries its form: the same in every part of the realm's program. */
export const objectForm: unique symbol = Symbol.for('testudo.objectForm');

/** Where a port of one says under which name its adapter is found when no binding names one. */
export const adapterName: unique symbol = Symbol.for('testudo.adapterName');
