import { TestudoError } from '../error.ts';
import { allowedGlobals, languageGlobals, replacedGlobals } from './allowed-globals.ts';

/** The functions that remote code finds in the place of the platform's. */
export type SafeGlobals = { readonly [name: string]: unknown };

type Target = { [name: string]: unknown };
type Harden = (value: unknown) => unknown;

/**
 * Takes every power from a global object: all names and symbols that are not allowed, there and on its prototypes;
 * then puts the safe functions in place and fixes what is left. Takes effect for code made by `Function` too.
 * What the realm program needs itself it must have kept before.
 * @returns how many names and symbols were removed
 * @throws TestudoError `INTERNAL` naming what could not be removed; nothing remote may run then
 */
export function removePowers(global: object, safe: SafeGlobals): number {
  const target = global as Target;
  const harden = target['harden'] as Harden;
  const links = prototypesOf(target);
  const ofPrototypes = links.slice(1).reduce((count, link) => count + removeKeys(link, mayStayInherited), 0);
  const removed = removeKeys(target, mayStay) + ofPrototypes;
  for (const link of links.slice(1)) hideConstructor(link);
  for (const name of replacedGlobals) {
    Object.defineProperty(target, name, { value: harden(safe[name]), configurable: true, enumerable: false });
  }
  for (const name of languageGlobals) if (name !== 'globalThis' && name !== 'self') harden(target[name]);
  for (const link of links) fixBindings(link);
  refuseLeftovers(target);
  return removed;
}

/** The global object and its prototypes, without the one that everything shares. */
function prototypesOf(target: Target): readonly object[] {
  const links: object[] = [];
  for (
    let link: object | null = target;
    link !== null && link !== Object.prototype;
    link = Object.getPrototypeOf(link) as object | null
  ) {
    links.push(link);
  }
  return links;
}

function removeKeys(link: object, mayStayThere: (key: string | symbol) => boolean): number {
  return Reflect.ownKeys(link)
    .filter((key) => !mayStayThere(key))
    .filter((key) => Reflect.deleteProperty(link, key) || Reflect.set(link, key, undefined)).length;
}

/** Of the symbols only a name for `Object.prototype.toString`: others are the platform's way to its own secrets. */
function mayStay(key: string | symbol): boolean {
  return typeof key === 'string' ? key === 'constructor' || allowedGlobals.has(key) : key === Symbol.toStringTag;
}

/** What is replaced on the global object must not be found behind it. */
function mayStayInherited(key: string | symbol): boolean {
  return mayStay(key) && !replacedGlobals.includes(key as string);
}

/** `globalThis.constructor` would lead back to the worker's own class. */
function hideConstructor(link: object): void {
  Object.defineProperty(link, 'constructor', { value: Object, configurable: false, writable: false });
}

/**
 * Whoever replaces `Error`, `Promise` or `Proxy` is called by the realm program, and by Node for every stack, with
 * what is none of its business. A build may add names of its own; it cannot change one that is there.
 */
function fixBindings(link: object): void {
  for (const key of Reflect.ownKeys(link)) {
    const { configurable, writable } = Reflect.getOwnPropertyDescriptor(link, key) ?? {};
    if (writable === true) Reflect.defineProperty(link, key, { writable: false });
    if (configurable === true) Reflect.defineProperty(link, key, { configurable: false });
  }
}

/** What cannot be removed may stay if it is a mere constant, such as Chromium's `TEMPORARY`. */
function refuseLeftovers(target: Target): void {
  const left = prototypesOf(target).reduce<(string | symbol)[]>((all, link) => all.concat(Reflect.ownKeys(link)), []);
  const isPower = (value: unknown): boolean =>
    typeof value === 'function' || (typeof value === 'object' && value !== null);
  const stuck = left.filter((key) => !mayStay(key) && isPower(target[key as string]));
  if (stuck.length > 0)
    throw new TestudoError('INTERNAL', `the realm could not give up ${stuck.map(String).join(', ')}; it does not run`);
}

/** @throws TestudoError `INTERNAL` unless the language's own objects are frozen: `lockDown` must have run before */
export function checkLockdown(): void {
  const intrinsics: readonly object[] = [
    Object.prototype,
    Array.prototype,
    Function.prototype,
    Promise.prototype,
    RegExp.prototype,
  ];
  if (intrinsics.every((intrinsic) => Object.isFrozen(intrinsic))) return;
  throw new TestudoError('INTERNAL', 'the realm is not locked down; its lockdown file must run first. It does not run');
}
