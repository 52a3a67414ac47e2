import type { AdapterAsk } from '../realm/adapter-ask.ts';
import type { PortRequest, RealmApi } from '../realm/realm-api.ts';

/** A realm's interface, and what is under way in it. */
export interface CallCount {
  readonly api: RealmApi;
  /** calls of model code under way */
  readonly count: number;
  /** how often it has given an answer */
  readonly answers: number;
  /** a build is being loaded: its code runs for the first time, and may take longer than an answer */
  readonly isLoading: boolean;
  /** The call under way on whose behalf an adapter is asked for. */
  callFor(ask: AdapterAsk): PortRequest | undefined;
}

/** Counts the calls of a realm. @param onCall told at each call, after it was counted */
export function countCalls(api: RealmApi, onCall: () => void): CallCount {
  const ports = new Set<PortRequest>();
  let [count, answers, loads] = [0, 0, 0];
  const during = <T>(outcome: Promise<T>): Promise<T> => {
    count += 1;
    onCall();
    const ended = (): void => {
      count -= 1;
      answers += 1;
    };
    outcome.then(ended, ended);
    return outcome;
  };
  const { present, route } = api;
  const counted: RealmApi = {
    ...api,
    async load(request) {
      loads += 1;
      try {
        return await api.load(request);
      } finally {
        loads -= 1;
      }
    },
    decide: (requests) => during(api.decide(requests)),
    callAdapter: (request) => during(api.callAdapter(request)),
    handleEvent: (request) => during(api.handleEvent(request)),
    ...(present ? { present: (request) => during(present(request)) } : {}),
    ...(route ? { route: (request) => during(route(request)) } : {}),
    async callPort(request) {
      ports.add(request);
      try {
        return await during(api.callPort(request));
      } finally {
        ports.delete(request);
      }
    },
    async inspect() {
      const result = await api.inspect();
      answers += 1;
      return result;
    },
  };
  return {
    api: counted,
    get count() {
      return count;
    },
    get answers() {
      return answers;
    },
    get isLoading() {
      return loads > 0;
    },
    callFor: (ask) => Array.from(ports).find((request) => isPartOf(ask, request)),
  };
}

/** A port's undo calls others of its model, under keys made of its own. */
function isPartOf({ modelName, id, port, idempotencyKey }: AdapterAsk, request: PortRequest): boolean {
  if (request.modelName !== modelName || request.id !== id) return false;
  const { idempotencyKey: key } = request;
  return (port === request.port && idempotencyKey === key) || idempotencyKey.startsWith(`${key}.`);
}
