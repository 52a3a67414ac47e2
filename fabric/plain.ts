/** Data that may cross a boundary: JSON values only. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** A plain record: what an object's fields, an event's body and a configuration are. */
export type PlainRecord = { readonly [key: string]: Plain };

/** Ends a subscription, a binding or a timer; calling it twice does nothing. */
export interface Disposable {
  dispose(): void;
}
