import type { ModelSpec } from './model-spec.ts';

/** Ports of a model that would make each other due without end, as `key` and `problem`; `undefined` when there are none. */
export function cycleProblem({ ports = {} }: ModelSpec): readonly [key: string, problem: string] | undefined {
  for (const name of Object.keys(ports)) {
    const way = wayBack(ports, [name]);
    if (way !== undefined)
      return [
        `ports.${name}.producesEvent`,
        `makes it due again (${way.join(' -> ')}), without end; let a command or an inbound port produce the event instead`,
      ];
  }
  return undefined;
}

/** A way from the first port back to itself, by what each produces and the next consumes. */
function wayBack(ports: NonNullable<ModelSpec['ports']>, way: readonly string[]): readonly string[] | undefined {
  const produced = ports[way[way.length - 1] ?? '']?.producesEvent;
  if (produced === undefined) return undefined;
  for (const next of Object.keys(ports)) {
    if (ports[next]?.consumesEvent !== produced) continue;
    if (next === way[0]) return way.concat(next);
    const found = way.includes(next) ? undefined : wayBack(ports, way.concat(next));
    if (found !== undefined) return found;
  }
  return undefined;
}
