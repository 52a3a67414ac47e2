import { TestudoError } from '../error.ts';
import type { DueStep } from '../record/object-state.ts';
import { opId, type Op } from '../record/op.ts';
import type { LoadedBuild } from '../realm/realm-api.ts';
import { inboundPort } from './access-question.ts';
import { isAwaited, meant, olderNames } from './event-names.ts';
import type { ModelReport, PortReport } from '../spec/model-report.ts';

/** The models that this host runs now, by name and by endpoint. */
export interface ModelRegistry {
  /** Takes over the models of a build; those that its remote no longer declares go. */
  replace(build: Pick<LoadedBuild, 'remote' | 'models'>): void;
  /** From now on models are as a deployment makes them of what their builds declare. */
  configure(change: (model: ModelReport) => ModelReport): void;
  /** @throws TestudoError `UNAVAILABLE` (retryable) while no build of it is loaded */
  get(modelName: string): ModelReport;
  /** The name of the model that is meant: older models name others in any case. */
  nameOf(modelName: string): string;
  /** @throws TestudoError `NOT_FOUND` */
  port(modelName: string, port: string): PortReport;
  byEndpoint(endpoint: string): ModelReport | undefined;
  all(): readonly ModelReport[];
  /** The domain events that an accepted op fires. */
  eventsOf(op: Op): readonly string[];
  /** The names under which they are told: where an older model is loaded, its own too. */
  namesOf(op: Op): readonly string[];
  /** The flow steps that an op makes due: enabled ports of its model which consume one of its events. */
  dueOf(op: Op): readonly DueStep[];
}

const lifecycle = { create: 'Created', update: 'Updated', delete: 'Deleted', command: 'Updated' } as const;

/** A port waits for a change once, by whichever of its names. */
function stepsFor(model: ModelReport, events: readonly string[], op: Op): DueStep[] {
  return Object.keys(model.ports).reduce<DueStep[]>((steps, port) => {
    const event = events.find((name) => isAwaited(model, port, name));
    if (event === undefined) return steps;
    const key = `${op.id}.${port}.${opId(op)}`;
    return steps.concat({ port, event, key, ...(model.ports[port]?.undoable ? { undoable: true } : {}) });
  }, []);
}

/** What a command, an inbound port or a step that is done produces; a build deployed meanwhile may know none of them. */
function producedBy({ kind, command, step }: Op, model: ModelReport | undefined): string | null | undefined {
  if (kind === 'flow') return step?.status === 'done' ? ownEntry(model?.ports, step.port)?.producesEvent : null;
  if (model === undefined || command === null) return null;
  return ownEntry(model.commands, command)?.producesEvent ?? inboundPort(model, command)?.producesEvent;
}

/** Names come from other hosts. */
function ownEntry<T>(entries: { readonly [name: string]: T } | undefined, name: string | null): T | undefined {
  const isOwn = entries !== undefined && name !== null && Object.prototype.hasOwnProperty.call(entries, name);
  return isOwn ? entries[name] : undefined;
}

/** An empty registry. */
export function createModelRegistry(): ModelRegistry {
  /** as their builds declare them */
  const declared = new Map<string, ModelReport>();
  const models = new Map<string, ModelReport>();
  let changed = (model: ModelReport): ModelReport => model;
  const take = (model: ModelReport): void => void models.set(model.modelName, changed(model));
  const registry: ModelRegistry = {
    replace(build) {
      for (const [name, model] of models) {
        if (model.remote !== build.remote) continue;
        models.delete(name);
        declared.delete(name);
      }
      for (const model of build.models) {
        declared.set(model.modelName, model);
        take(model);
      }
    },
    configure(change) {
      changed = change;
      for (const model of declared.values()) take(model);
    },
    get(modelName) {
      const model = models.get(modelName);
      if (model) return model;
      throw new TestudoError(
        'UNAVAILABLE',
        `no build of the model ${modelName} is loaded here (yet); is it in the catalogue?`,
      );
    },
    nameOf: (modelName) => (models.has(modelName) ? modelName : meant(modelName, registry.all())),
    port(modelName, port) {
      const found = registry.get(modelName).ports[port];
      if (found) return found;
      throw new TestudoError('NOT_FOUND', `the model ${modelName} has no port ${port}`);
    },
    byEndpoint: (endpoint) =>
      registry.all().find((model) => !model.internal && (model.endpoint === endpoint || model.path === endpoint)),
    all: () => Array.from(models.values()),
    eventsOf(op) {
      // What was handed over was told, and done, where it came from.
      if (op.kind === 'take-over' || op.kind === 'hand-over') return [];
      const produced = producedBy(op, models.get(op.modelName));
      const own = op.kind === 'flow' ? [] : [op.modelName + lifecycle[op.kind]];
      return produced && !own.includes(produced) ? own.concat(produced) : own;
    },
    namesOf: (op) => registry.eventsOf(op).concat(registry.all().some(({ legacy }) => legacy) ? olderNames(op) : []),
    dueOf(op) {
      return stepsFor(registry.get(op.modelName), registry.eventsOf(op).concat(olderNames(op)), op);
    },
  };
  return registry;
}
