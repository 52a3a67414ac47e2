/** What the language has without a global name. */
export const hiddenIntrinsics = `[
  function* () {}, async function* () {}, async () => {}, [][Symbol.iterator](), new Map().entries(),
  new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g), (function () {}).bind(null),
]`;

/**
 * A build that tries every way out of a realm that we know of. Its port `hostile` tells which ways were open, `walk`
 * what it can reach, `wrong` throws what does not cross a port; its model's factory throws that, too.
 * @param walker source of `reachable`; @param language the names whose values it starts from
 */
export function escapeProbe(walker: string, language: readonly string[]): { readonly [file: string]: string } {
  return { 'adapters.js': adapters(walker, language), 'models.js': models };
}

const wrong = `
const wrong = {
  data: () => Object.assign(new Error('with a function'), { code: 'VALIDATION', data: { issues: [() => 1] } }),
  code: () => Object.assign(new Error('odd code'), { get code() { return Math.random() < 0.5 ? 'CONFLICT' : {}; } }),
  message: () => ({ code: 'VALIDATION', get message() { throw new Error('no'); } }),
  proxy: () => new Proxy({}, { has() { throw 1; }, get() { throw 2; }, getPrototypeOf() { throw 3; } }),
  symbol: () => Symbol('thrown'),
  long: () => new Error('x'.repeat(100000)),
};
`;

const models = `
${wrong}
export const probe = {
  modelName: 'probe', endpoint: 'probes', accessControlList: {},
  factory: () => ({ how }) => { if (how in wrong) throw wrong[how](); return { how }; },
  ports: { hostile: { type: 'inbound' }, walk: { type: 'inbound' }, unlookable: { type: 'inbound' } },
};
`;

const adapters = (walker: string, language: readonly string[]): string => `
const inspectKey = Symbol.for('nodejs.util.inspect.custom');
const provided = () => [
  ...Object.entries({ console, performance }),
  ...Object.entries({ fetch, setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, structuredClone,
    TextEncoder, TextDecoder, atob, btoa, URL, URLSearchParams, AbortController, AbortSignal }),
];
const caught = (run) => { try { return run(); } catch (error) { return error; } };

/** Instances of everything, and every error that wrong calls bring. */
async function samples(signal, service) {
  const url = new URL('https://user@a.test:8/p?q=1#h');
  const controller = new AbortController();
  controller.abort();
  const timer = setTimeout(() => {}, 0);
  clearTimeout(timer);
  const rejected = async (promise) => { try { return await promise; } catch (error) { return error; } };
  const errors = provided().flatMap(([, f]) => [() => f(Symbol()), () => new f(Symbol()), () => new f('no such'), () => f({})])
    .map(caught).filter((e) => typeof e === 'object');
  return {
    signal, service, url, timer, params: url.searchParams, iterator: url.searchParams.entries(), controller, errors,
    reason: controller.signal.reason, timed: AbortSignal.timeout(1), text: new TextEncoder().encode('x'),
    decoder: new TextDecoder(), module: await rejected(import(/* webpackIgnore: true */ 'node:fs')),
    json: await rejected(import(/* webpackIgnore: true */ 'data:application/json,1', { with: { type: 'json' } })),
    refused: await rejected(fetch('http://evil.invalid/')),
    odd: await rejected(fetch('http://evil.invalid/', { method: { toUpperCase: () => () => 1 } })),
    odder: await rejected(fetch('http://evil.invalid/', { body: Symbol(), headers: { a: { toString: () => ({}) } } })),
    aborted: await rejected(fetch('http://evil.invalid/', { signal: AbortSignal.abort() })),
    cloned: structuredClone({ a: [1] }), range: caught(function deep() { return deep(); }),
  };
}

const symbols = (value) => value === null || value === undefined ? []
  : Object.getOwnPropertySymbols(value).concat(symbols(Object.getPrototypeOf(value)));
const named = (value, text) => symbols(value).find((symbol) => String(symbol).includes(text));

const ways = {
  forgedFileHandle: () => {
    const e = new DOMException('x');
    Object.defineProperty(e, named(e, 'messaging_clone'),
      { value: () => ({ data: { handle: { fd: 1 } }, deserializeInfo: 'internal/fs/promises:FileHandle' }) });
    return structuredClone(e);
  },
  clonedInstance: () => structuredClone(new AbortController().signal),
  domExceptionOfDecode: () => { try { atob('*'); } catch (e) { if (e.constructor !== TypeError) return e.constructor; } },
  domExceptionOfAbort: () => { const { reason } = AbortSignal.abort(); if (Object.getPrototypeOf(reason) !== Object.getPrototypeOf(new Error())) return reason; },
  portOfSignal: ({ signal }) => [signal, new AbortController().signal].map((s) => s[named(s, 'messaging_transfer_list')]?.()[0]).find(Boolean),
  inspectOfInstances: async ({ signal }) => {
    let got;
    const trap = { [inspectKey](depth, options, inspect) { got = inspect ?? options; return ''; } };
    for (const value of [signal, new URL('https://a.test'), new URLSearchParams('a'), new TextEncoder(), new TextDecoder(), new AbortController()]) {
      caught(() => value[inspectKey](2, { depth: 3, stylize: (x) => x }));
      if (typeof value[inspectKey] === 'function') return value;
    }
    const spy = new Proxy(trap, { get: (target, key) => target[key] });
    for (const [, f] of provided()) for (const value of [trap, spy]) {
      caught(() => f(value)); caught(() => f(value, value)); caught(() => f('', value)); caught(() => new f(value)); caught(() => new f('https://a.test', value));
    }
    for (const value of [new TextDecoder(), new TextEncoder(), new URL('https://a.test'), new URLSearchParams('a'), signal])
      for (const key of ['decode', 'encode', 'toString', 'append', 'forEach', 'addEventListener', 'removeEventListener', 'sort'])
        for (const self of [value, trap]) caught(() => value[key]?.call(self, trap, trap));
    console.log(trap); console.log('%o', trap); console.error(spy);
    await caught(() => fetch(trap, trap))?.catch?.(() => {});
    return got;
  },
  stackOfReplacedError: () => {
    'use strict';
    let sites;
    caught(() => { globalThis.Error = { prepareStackTrace: (_e, s) => { sites = s; return ''; } }; });
    caught(() => { Error.prepareStackTrace = (_e, s) => { sites ??= s; return ''; }; });
    caught(() => null.x).stack;
    const found = sites?.find((site) => ['getThis', 'getFunction'].some((key) => site[key]?.()));
    caught(() => { Error.prepareStackTrace = undefined; });
    return found;
  },
  capturedStack: () => {
    let sites;
    Error.prepareStackTrace = (_e, s) => s;
    const o = {};
    Error.captureStackTrace(o);
    sites = o.stack;
    Error.prepareStackTrace = undefined;
    return Array.isArray(sites) ? sites.find((site) => site.getThis || site.getFunction) : undefined;
  },
  caller: () => (function f() { return f.caller; })(),
  sloppyThisOfTimer: () => new Promise((resolve) => setTimeout(function () { resolve(this === globalThis ? undefined : this); }, 0)),
  timerObject: () => [setTimeout(() => {}, 0), setInterval(() => {}, 1e6)].find((timer) => typeof timer !== 'number'),
  compartment: () => new Compartment().evaluate('1'),
  ses: () => [() => lockdown, () => harden, () => assert].find((f) => typeof caught(f) === 'function'),
  events: () => [() => Event, () => EventTarget, () => DOMException, () => MessagePort, () => addEventListener, () => dispatchEvent].map((f) => { try { return f(); } catch { return undefined; } }).find(Boolean),
  globalSymbols: () => symbols(globalThis).find((symbol) => ![Symbol.toStringTag, Symbol.for('testudo.host')].includes(symbol) && globalThis[symbol] !== undefined),
  inherited: () => { for (let o = Object.getPrototypeOf(globalThis); o && o !== Object.prototype; o = Object.getPrototypeOf(o)) { const key = Reflect.ownKeys(o).find((k) => k !== 'constructor' && k !== Symbol.toStringTag); if (key) return key; } },
  replaced: () => ${JSON.stringify(language)}.concat(provided().map(([name]) => name), 'globalThis').filter((name) => name in globalThis).find((name) => {
    const former = globalThis[name];
    caught(() => { globalThis[name] = 1; });
    caught(() => Object.defineProperty(globalThis, name, { value: 1 }));
    return !Object.is(globalThis[name], former);
  }),
  poisoned: () => provided().flatMap(([, f]) => [f, f.prototype]).concat(Intl, Intl.DateTimeFormat.prototype, console.log).filter(Boolean).find((value) => !Object.isFrozen(value)),
  constructed: () => provided().map(([, f]) => caught(() => f.constructor('return globalThis')())).find((value) => !(value instanceof Error)),
  nodeError: async () => { try { await import(/* webpackIgnore: true */ 'node:fs'); } catch (e) { const p = Object.getPrototypeOf(e); if (!Object.isFrozen(p)) return p; } },
  oddRequest: async () => { try { await fetch('http://evil.invalid/', { method: { toUpperCase: () => () => 1 } }); } catch (e) { if (e.code === 'UNAVAILABLE' || Object.getPrototypeOf(e).constructor.name === 'DOMException') return e; } },
};

/** Values that nobody can look at, thrown where no call carries them. */
export const unlookable = () => () => {
  const thrown = () => new Proxy({}, { has() { throw 1; }, get() { throw 2; }, getPrototypeOf() { throw 3; } });
  setTimeout(() => { throw thrown(); }, 0);
  setTimeout(() => { throw { get message() { throw 4; }, get stack() { throw 5; } }; }, 0);
  queueMicrotask(() => { throw thrown(); });
  void Promise.reject(thrown());
  const controller = new AbortController();
  controller.signal.addEventListener('abort', () => { throw thrown(); });
  controller.abort();
  return {};
};

export const hostile = () => async (context) => {
  const open = [];
  for (const name of Object.keys(ways)) {
    let got;
    try { got = await ways[name](context); } catch { continue; }
    if (got !== undefined && got !== null) open.push(name + ': ' + String(got));
  }
  return { open };
};

const walker = ${walker};
export const walk = (service) => async (context) => {
  const language = ${JSON.stringify(language)}.filter((name) => name in globalThis && name !== 'self');
  const of = (names) => Object.fromEntries(names.map((name) => [name, globalThis[name]]));
  const found = walker([
    ['language', { ...of(language), hidden: ${hiddenIntrinsics} }],
    ['beyond', { ...of(Object.getOwnPropertyNames(globalThis)), global: globalThis, context, samples: await samples(context.signal, service) }],
  ]);
  return { found };
};
`;
