import type { Principal } from '../access/principal.ts';
import type { Plain } from '../plain.ts';
import type { CallAsk } from '../realm/realm-ask.ts';
import type { DomainEvent } from '../spec/object-scope.ts';
import { DomainEvents } from './domain-events.ts';
import type { HistoryPage, HistoryRequest } from './history-page.ts';
import type { HostObjectsOptions } from './host-objects.ts';
import type { ObjectHistory } from './object-history.ts';
import { readHistory } from './read-history.ts';
import { answerAsk } from './realm-asks.ts';
import type { RealmCalls } from './realm-calls.ts';
import { ResidentFeed } from './resident-feed.ts';

/** What serves objects in realms: answers to what their code asks, domain events, and the residents' feed. */
export interface LiveObjects {
  readonly events: DomainEvents;
  readonly residents: ResidentFeed;
  /** @throws TestudoError as `answerAsk` */
  answer(request: CallAsk): Promise<Plain>;
  /** @throws TestudoError as `readHistory` */
  history(request: HistoryRequest, principal: Principal): Promise<HistoryPage>;
  /** Tells of an event that nobody waits for; too long a chain of them is reported. */
  fire(event: DomainEvent): void;
}

/** Wires it into a host. */
export function createLiveObjects(options: HostObjectsOptions, calls: RealmCalls, seen: ObjectHistory): LiveObjects {
  const { host, registry, mesh, tenant, platform, realmOf, partitions } = options;
  const onError = (error: unknown): void => platform.onError(error);
  const events = new DomainEvents({
    platform,
    calls,
    models: () => registry.all(),
    realmOf: (modelName) => realmOf(modelName).ready(),
    ownerOf: ({ modelName, id }) => calls.ownerOf(partitions().get(modelName)?.get(id) ?? { owner: '' }),
    shareRealm: (modelName, other) =>
      registry.all().some((model) => model.modelName === other) && realmOf(modelName) === realmOf(other),
  });
  return {
    events,
    residents: new ResidentFeed({ registry, realmOf, onError }),
    answer: (request) =>
      answerAsk(request, {
        ...{ host, registry, mesh, tenant, calls },
        fire(event) {
          events.fire(event);
          const { name, modelName, id, payload } = event;
          options.events.emit({ type: 'domain', name, modelName, id, ...(payload === null ? {} : { payload }) });
        },
        listen: (modelName, name) => events.listen(modelName, name),
      }),
    history: (request, principal) => readHistory(request, principal, { host, mesh, tenant, seen, partitions }),
    fire(event) {
      try {
        events.fire(event);
      } catch (error) {
        onError(error);
      }
    },
  };
}
