import { TestudoError } from '../error.ts';
import { allowedGlobals, harmlessInterfaces, replacedGlobals } from './allowed-globals.ts';

/** The functions that remote code finds in the place of the platform's. */
export type SafeGlobals = { readonly [name: string]: unknown };

type Target = { [name: string]: unknown };

/**
 * Takes every power from a global object: all names that are not allowed, there and on its prototypes; then puts the
 * safe functions in place and freezes what is left of the platform. Takes effect for code made by `Function` too.
 * What the realm program needs itself it must have kept before.
 * @returns how many names were removed
 * @throws TestudoError `INTERNAL` naming what could not be removed; nothing remote may run then
 */
export function removePowers(global: object, safe: SafeGlobals): number {
  const target = global as Target;
  const url = target['URL'] as Target | undefined;
  for (const name of ['createObjectURL', 'revokeObjectURL']) if (url) delete url[name];
  const links = prototypesOf(target);
  const removed = links.reduce((count, link) => count + removeNames(link), 0);
  for (const link of links.slice(1)) hideConstructor(link);
  for (const name of replacedGlobals) {
    Object.defineProperty(target, name, {
      value: Object.freeze(safe[name]),
      configurable: false,
      writable: false,
      enumerable: false,
    });
  }
  for (const name of harmlessInterfaces) freezeInterface(target[name]);
  refuseLeftovers(target);
  return removed;
}

/** The global object and its prototypes, without those that everything shares. */
function prototypesOf(target: Target): readonly object[] {
  const shared = [Object.prototype, (target['EventTarget'] as { prototype?: object } | undefined)?.prototype];
  const links: object[] = [];
  for (
    let link: object | null = target;
    link !== null && !shared.includes(link);
    link = Object.getPrototypeOf(link) as object | null
  ) {
    links.push(link);
  }
  return links;
}

function removeNames(link: object): number {
  const doomed = Object.getOwnPropertyNames(link).filter((name) => name !== 'constructor' && !allowedGlobals.has(name));
  return doomed.filter((name) => Reflect.deleteProperty(link, name) || overwrite(link, name)).length;
}

/** For names that cannot be deleted: without a value they are no power. */
function overwrite(link: object, name: string): boolean {
  return Reflect.set(link, name, undefined);
}

/** `globalThis.constructor` would lead back to the worker's own class. */
function hideConstructor(link: object): void {
  Object.defineProperty(link, 'constructor', { value: Object, configurable: false, writable: false });
}

function freezeInterface(value: unknown): void {
  if (typeof value !== 'function') return;
  Object.freeze(value);
  Object.freeze((value as { prototype?: unknown }).prototype);
}

/** What cannot be removed may stay if it is a mere constant, such as Chromium's `TEMPORARY`. */
function refuseLeftovers(target: Target): void {
  const left = prototypesOf(target).reduce<string[]>((all, link) => all.concat(Object.getOwnPropertyNames(link)), []);
  const isPower = (value: unknown): boolean =>
    typeof value === 'function' || (typeof value === 'object' && value !== null);
  const stuck = left.filter((name) => name !== 'constructor' && !allowedGlobals.has(name) && isPower(target[name]));
  if (stuck.length > 0)
    throw new TestudoError('INTERNAL', `the realm could not give up ${stuck.join(', ')}; it does not run`);
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
