import type { Application, AppProps } from '@testudo/fabric/application';
import { TestudoError } from '@testudo/fabric/error';

type Lifecycle = (props: AppProps) => Promise<void>;

/** An application from what `./app` exports: each lifecycle a function or a list of them. @throws TestudoError `EXPOSE_MISSING` */
export function applicationOf(name: string, exported: unknown): Application {
  const source = lifecyclesIn(exported);
  const lifecycle = (key: keyof Application): Lifecycle => {
    const found = source?.[key] ?? (key === 'bootstrap' ? [] : undefined);
    const steps: unknown[] = Array.isArray(found) ? found : [found];
    if (!steps.every((step): step is Lifecycle => typeof step === 'function')) {
      throw new TestudoError(
        'EXPOSE_MISSING',
        `${name}: ./app exports no ${key}; it is a function, or a list of functions, that returns a promise`,
      );
    }
    return async (props) => {
      for (const step of steps) await step(props);
    };
  };
  return { bootstrap: lifecycle('bootstrap'), mount: lifecycle('mount'), unmount: lifecycle('unmount') };
}

/** Named exports, or one object of them named `application` or `default`. */
function lifecyclesIn(exported: unknown): { readonly [key: string]: unknown } | null {
  if (typeof exported !== 'object' || exported === null) return null;
  const module = exported as { readonly [key: string]: unknown };
  if ('mount' in module) return module;
  const inner = module['application'] ?? module['default'];
  return typeof inner === 'object' && inner !== null ? (inner as { readonly [key: string]: unknown }) : null;
}
