import type { Plain, PlainRecord } from '@testudo/fabric/plain';
import type { ModelReport } from '@testudo/fabric/spec/model-report';
import { operationsOf } from '@testudo/fabric/spec/operations';
import type { Operation } from '@testudo/fabric/spec/operations';

import { historyParameters } from './history-text.ts';
import { queryParameters } from './query-text.ts';

const json = (schema: PlainRecord): PlainRecord => ({ content: { 'application/json': { schema } } });
const ref = (name: string): PlainRecord => ({ $ref: `#/components/schemas/${name}` });
const inQuery = (name: string): PlainRecord => ({ name, in: 'query', schema: { type: 'string' } });
const parametersOf = (path: string): readonly PlainRecord[] =>
  (path.match(/:[^/]+/g) ?? []).map((name) => ({
    name: name.slice(1),
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

/** Where an operation is, below the server's root. */
export function addressOf({ kind, path }: Pick<Operation, 'kind' | 'path'>): string {
  return kind === 'route' ? `/api${path}` : `/api/models${path}`;
}

/** An OpenAPI 3.1 document of all models. @see https://spec.openapis.org/oas/v3.1.1 */
export function openApi(models: readonly ModelReport[]): PlainRecord {
  const paths: { [path: string]: { [method: string]: Plain } } = {};
  for (const model of models) {
    for (const [path, method, what] of [
      ...ofObjects(model),
      ...operationsOf(model).map((each) => ofOperation(model, each)),
    ]) {
      const key = path.replace(/:([^/]+)/g, '{$1}');
      paths[key] = { ...paths[key], [method]: { tags: [model.modelName], parameters: [], ...what } };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Testudo: the models of this host', version: '1' },
    paths,
    components: { schemas: { ...schemasOf(models), error: errorSchema } },
  };
}

type Described = readonly [path: string, method: string, what: PlainRecord];

function ofObjects({ modelName, endpoint }: ModelReport): readonly Described[] {
  const all = `/api/models/${endpoint}`;
  const one = `${all}/:id`;
  const parameters = parametersOf(one);
  const object = replies({ type: 'object', properties: { object: ref(`${modelName}State`) } });
  const page = { objects: { type: 'array', items: ref(`${modelName}State`) }, next: { type: ['string', 'null'] } };
  const changes = replies({
    type: 'object',
    properties: { entries: { type: 'array', items: { type: 'object' } }, next: { type: ['integer', 'null'] } },
  });
  const body = (schema: PlainRecord): PlainRecord => ({ requestBody: json(schema) });
  return [
    [
      all,
      'get',
      { parameters: [...queryParameters, 'count'].map(inQuery), ...replies({ type: 'object', properties: page }) },
    ],
    [
      all,
      'post',
      { ...body({ type: 'object' }), ...object, responses: { ...record(object['responses'], '200', '201') } },
    ],
    [one, 'get', { parameters, ...object }],
    [one, 'patch', { parameters, ...body({ type: 'object' }), ...object }],
    [one, 'delete', { parameters, ...object }],
    [`${one}/history`, 'get', { parameters: [...parameters, ...historyParameters.map(inQuery)], ...changes }],
  ];
}

function ofOperation({ modelName }: ModelReport, operation: Operation): Described {
  const { kind, name, method, path } = operation;
  const parameters = parametersOf(path);
  const object = ref(`${modelName}State`);
  const opId = { type: ['string', 'null'] };
  const answers: { readonly [kind in Operation['kind']]: PlainRecord } = {
    command: { type: 'object', properties: { object } },
    port: { type: 'object', properties: { result: { type: 'object' }, object, opId } },
    route: {},
  };
  const takes = method === 'get' ? {} : { requestBody: json({}) };
  const summary = kind === 'route' ? path : `${kind} ${name}`;
  return [addressOf(operation), method, { summary, parameters, ...takes, ...replies(answers[kind]) }];
}

function replies(schema: PlainRecord): PlainRecord {
  return {
    responses: {
      '200': { description: 'done', ...json(schema) },
      default: { description: 'refused', ...json(ref('error')) },
    },
  };
}

/** A record with one of its keys renamed. */
function record(value: Plain | undefined, from: string, to: string): PlainRecord {
  const { [from]: renamed = null, ...rest } = value as PlainRecord;
  return { [to]: renamed, ...rest };
}

function schemasOf(models: readonly ModelReport[]): PlainRecord {
  return models.reduce<PlainRecord>(
    (all, { modelName, jsonSchema = { type: 'object' } }) => ({
      ...all,
      [modelName]: jsonSchema,
      [`${modelName}State`]: {
        type: 'object',
        required: ['id', 'modelName', 'version', 'fields'],
        properties: {
          id: { type: 'string' },
          modelName: { const: modelName },
          version: { type: 'integer' },
          fields: ref(modelName),
        },
      },
    }),
    {},
  );
}

const errorSchema: PlainRecord = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, data: { type: 'object' } },
    },
  },
};
