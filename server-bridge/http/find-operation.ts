import { TestudoError } from '@testudo/fabric/error';
import type { ModelReport } from '@testudo/fabric/spec/model-report';
import { matchPath, operationsOf } from '@testudo/fabric/spec/operations';
import type { Operation } from '@testudo/fabric/spec/operations';

/** What an address below `/api/` names. */
export interface Place {
  readonly model: ModelReport;
  /** decoded, the first being the model's endpoint */
  readonly segments: readonly string[];
  /** it begins with `/api/models/`: objects, commands and ports; else it is of ports and routes */
  readonly isOfObjects: boolean;
}

/** An operation with the values of its path's parameters. */
export interface FoundOperation {
  readonly operation: Operation;
  readonly params: { readonly [name: string]: string };
}

/** The model that an address is of, or `undefined`. @throws TestudoError `BAD_REQUEST` for one that cannot be decoded */
export function placeOf(url: string, modelOf: (segment: string) => ModelReport | undefined): Place | undefined {
  const [path = ''] = url.split('?');
  const all = path.split('/').slice(2).map(decoded);
  const isOfObjects = all[0] === 'models';
  const [first = '', ...rest] = isOfObjects ? all.slice(1) : all;
  const model = modelOf(first);
  return model && { model, segments: [model.endpoint, ...rest], isOfObjects };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new TestudoError('BAD_REQUEST', `the address has ${segment.slice(0, 40)}, which cannot be decoded`, {
      cause,
    });
  }
}

/** What is at an address, by every method; the more of it is literal, the sooner. */
export function operationsAt({ model, segments, isOfObjects }: Place): readonly FoundOperation[] {
  return operationsOf(model)
    .filter(({ kind }) => (isOfObjects ? kind !== 'route' : kind !== 'command'))
    .map((operation) => ({ operation, params: matchPath(operation.path, segments) }))
    .filter((found): found is FoundOperation => found.params !== null)
    .sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
}

/** The methods that an address answers, for `Allow`; none where there is nothing. */
export function methodsAt(place: Place): readonly string[] {
  const { segments, isOfObjects } = place;
  const isHistory = segments.length === 3 && segments[2] === 'history';
  const atDepth = [[], ['get', 'post'], ['get', 'patch', 'delete'], isHistory ? ['get'] : []];
  const ofObjects = isOfObjects ? (atDepth[segments.length] ?? []) : [];
  const methods = new Set([...ofObjects, ...operationsAt(place).map(({ operation }) => operation.method)]);
  if (methods.size === 0) return [];
  return [...methods, ...(methods.has('get') ? ['head'] : []), 'options'].map((method) => method.toUpperCase());
}
