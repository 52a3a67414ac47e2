/** One key of a specification: values that it takes and values that it refuses. */
export interface KeyRow {
  /** `key` of a model, or `<part>.<key>` */
  readonly key: string;
  readonly right: readonly unknown[];
  /** with words of the refusal */
  readonly wrong: readonly (readonly [unknown, string])[];
}

const run = (): object => ({});
const notFunction = [[1, 'must be a function']] as const;
const notRecord = [
  [[], 'must be a record'],
  ['x', 'must be a record'],
] as const;
const notText = [
  ['', 'must be a text'],
  [1, 'must be a text'],
] as const;
const notCount = [
  [-1, 'must be an integer'],
  [1.5, 'must be an integer'],
  ['1', 'must be an integer'],
] as const;
const notFlag = [['yes', 'must be true or false']] as const;
const schema = { '~standard': { version: 1, vendor: 'x', validate: run } };

const modelRows: readonly KeyRow[] = [
  {
    key: 'modelName',
    right: ['order2'],
    wrong: [
      [undefined, 'is missing; it must be a name'],
      ['2order', 'must be a name'],
      ['o-o', 'must be a name'],
    ],
  },
  {
    key: 'endpoint',
    right: ['order-lines'],
    wrong: [
      [undefined, 'is missing'],
      ['Orders', 'must be a path segment'],
      ['a/b', 'must be a path segment'],
    ],
  },
  { key: 'domain', right: ['sales'], wrong: [['', 'must be a name']] },
  {
    key: 'version',
    right: ['1.2.3', '1.0.0-rc.1+5'],
    wrong: [
      ['1.2', 'must be a semantic version'],
      [1, 'must be a semantic version'],
    ],
  },
  { key: 'schemaVersion', right: [2], wrong: [[0, 'must be an integer, 1 or more']] },
  { key: 'internal', right: [true, false], wrong: notFlag },
  {
    key: 'api',
    right: [1, [1, 7], 0],
    wrong: [
      [2, 'must be the host interface that it is written for, 0 or 1 here'],
      [[], 'must be the host interface'],
    ],
  },
  { key: 'schema', right: [schema], wrong: [[{}, 'must be a Standard Schema']] },
  {
    key: 'migrate',
    right: [{}],
    wrong: [
      [{ one: run }, 'must be a record: schema version'],
      [{ 1: 'x' }, 'must be a record: schema version'],
      [{ 1: run }, 'migrate.1 leads beyond schemaVersion 1; raise that, or remove it'],
    ],
  },
  { key: 'factory', right: [run], wrong: [[undefined, 'is missing'], ...notFunction] },
  { key: 'dependencies', right: [{ a: run }], wrong: notRecord },
  {
    key: 'mixins',
    right: [[], [run]],
    wrong: [
      [run, 'must be a list of functions'],
      [['x'], 'must be a list'],
    ],
  },
  { key: 'validate', right: [run], wrong: notFunction },
  {
    key: 'approvedChanges',
    right: [[], ['a']],
    wrong: [
      ['a', 'must be a list of texts'],
      [[1], 'must be a list'],
    ],
  },
  { key: 'onLoad', right: [run], wrong: notFunction },
  { key: 'onUpdate', right: [run], wrong: notFunction },
  { key: 'onDelete', right: [run], wrong: notFunction },
  { key: 'relations', right: [{}], wrong: notRecord },
  { key: 'ports', right: [{}], wrong: [...notRecord, [{ 'a-b': { type: 'inbound' } }, 'must be a record of named']] },
  { key: 'commands', right: [{}], wrong: notRecord },
  {
    key: 'eventHandlers',
    right: [[run]],
    wrong: [
      [run, 'must be'],
      [['x'], 'must be'],
    ],
  },
  {
    key: 'serializers',
    right: [[{ on: 'serialize', key: 'a', value: run }]],
    wrong: [
      [[{ on: 'never', key: 'a', value: run }], "must be a list of { on: 'serialize' | 'deserialize'"],
      [[{ on: 'serialize', key: 'a', value: run, colour: 1 }], 'must be a list of'],
    ],
  },
  {
    key: 'accessControlList',
    right: [{}, { read: ['owner', '!role:guest'] }],
    wrong: [
      [undefined, 'is missing'],
      [{ read: 'owner' }, 'must be a record: operation -> list of'],
      [{ read: ['everybody'] }, 'must be a record: operation -> list of'],
    ],
  },
  { key: 'datasource', right: [{}], wrong: notRecord },
  { key: 'sync', right: [{}], wrong: notRecord },
  { key: 'onConflict', right: [run], wrong: notFunction },
  { key: 'routes', right: [[]], wrong: [['x', 'must be']] },
  { key: 'path', right: ['things'], wrong: [[1, 'must be']] },
];

const portRows: readonly KeyRow[] = [
  {
    key: 'type',
    right: ['outbound'],
    wrong: [
      [undefined, 'is missing'],
      ['both', 'must be one of inbound, outbound'],
    ],
  },
  { key: 'service', right: ['scale'], wrong: notText },
  { key: 'adapter', right: ['fulfilment#pick'], wrong: [[1, 'must be']] },
  { key: 'consumesEvent', right: ['orderCreated'], wrong: notText },
  { key: 'producesEvent', right: ['orderPicked'], wrong: notText },
  { key: 'callback', right: [run], wrong: notFunction },
  { key: 'errorCallback', right: [run], wrong: notFunction },
  { key: 'timeoutCallback', right: [run], wrong: notFunction },
  { key: 'keys', right: ['a', ['a', 'b']], wrong: [[1, 'must be a field name or a list of them']] },
  { key: 'timeout', right: [0, 5], wrong: notCount },
  { key: 'maxRetry', right: [0, 5], wrong: notCount },
  {
    key: 'undo',
    right: [run],
    wrong: [
      [1, 'must be the name of another port'],
      ['gone', 'must name another port of this model'],
    ],
  },
  { key: 'circuitBreaker', right: [{}], wrong: notRecord },
  { key: 'disabled', right: [true], wrong: notFlag },
  { key: 'compute', right: [true], wrong: notFlag },
  { key: 'placement', right: ['server'], wrong: [['moon', 'must be']] },
  { key: 'methods', right: [['patch']], wrong: [['fetch', 'must be']] },
  { key: 'path', right: ['/things/:id/weighing'], wrong: [[1, 'must be']] },
  { key: 'writes', right: [[], ['a']], wrong: [['a', 'must be a list of field names']] },
];

const otherRows: readonly KeyRow[] = [
  {
    key: 'datasource.baseClass',
    right: ['default', 'memory', 'indexeddb', 'sqlite', 'file'],
    wrong: [['DataSourceFile', 'must be one of default, memory, indexeddb, sqlite, file']],
  },
  {
    key: 'datasource.factory',
    right: [run],
    wrong: [[{}, 'must be a function: (base) =>']],
  },
  { key: 'datasource.indexes', right: [['a']], wrong: [['a', 'must be a list of at most 20 fields']] },
  { key: 'datasource.resident', right: [true], wrong: notFlag },
  {
    key: 'datasource.limit',
    right: [1, 20_000],
    wrong: [
      [0, 'must be'],
      ['1', 'must be'],
    ],
  },
  { key: 'sync.authority', right: ['server'], wrong: [['me', "must be 'server': which host puts ops in order"]] },
  {
    key: 'sync.scope',
    right: [
      'all',
      'owner',
      { where: { status: 'OPEN', or: [{ clerk: '$user' }, { not: { '@owner': { in: ['$user'] } } }] } },
      { where: { total: { gte: 5 } } },
    ],
    wrong: [
      ['some', "must be 'all', 'owner' or { where: a condition as in a query"],
      [{ where: { total: { above: 5 } } }, 'must be'],
      [{ where: { total: { gte: null } } }, 'must be'],
      [{ where: { '@secret': 1 } }, 'must be'],
      [{ where: { and: [] } }, 'must be'],
      [{ where: {}, limit: 5 }, 'must be'],
    ],
  },
  { key: 'sync.handOver', right: ['create', 'state'], wrong: [['any', 'must be one of create, state']] },
  { key: 'command.command', right: [run], wrong: [[undefined, 'is missing'], ...notFunction] },
  { key: 'command.acl', right: [[], ['write']], wrong: [['write', 'must be a list of texts']] },
  { key: 'command.producesEvent', right: ['orderApproved'], wrong: notText },
  {
    key: 'relation.modelName',
    right: ['customer'],
    wrong: [
      [undefined, 'is missing'],
      [1, 'must be a name'],
    ],
  },
  {
    key: 'relation.type',
    right: ['manyToOne'],
    wrong: [['some', 'must be one of oneToMany, manyToOne, oneToOne, containsMany']],
  },
  {
    key: 'relation.foreignKey',
    right: ['customerId'],
    wrong: [
      [undefined, 'is missing'],
      [1, 'must be a name'],
    ],
  },
  { key: 'relation.arrayKey', right: ['lines'], wrong: [[1, 'must be a name']] },
  { key: 'relation.query', right: [run], wrong: notFunction },
  {
    key: 'breaker.errorRate',
    right: [0.5, 100],
    wrong: [
      [0, 'must be percent'],
      [101, 'must be percent'],
      [undefined, 'is missing'],
    ],
  },
  { key: 'breaker.callVolume', right: [1], wrong: [[0, 'must be an integer, 1 or more']] },
  { key: 'breaker.intervalMs', right: [1], wrong: [[0, 'must be milliseconds']] },
  { key: 'breaker.retryDelay', right: [0], wrong: notCount },
  { key: 'breaker.fallbackFn', right: [run], wrong: notFunction },
];

/** Every key of a specification, by its part. */
export const keyRows: readonly KeyRow[] = [
  ...modelRows.map((row) => ({ ...row, key: `model.${row.key}` })),
  ...portRows.map((row) => ({ ...row, key: `port.${row.key}` })),
  ...otherRows,
];

/** The keys that DESIGN, section 4, names, by part. */
export const designKeys: { readonly [part: string]: string } = {
  model: `modelName endpoint domain version schemaVersion internal api schema migrate factory dependencies mixins validate
    approvedChanges onLoad onUpdate onDelete relations ports commands eventHandlers serializers accessControlList
    datasource sync onConflict routes path`,
  datasource: 'baseClass factory indexes resident limit',
  sync: 'authority scope',
  port: `type service adapter consumesEvent producesEvent callback errorCallback timeoutCallback keys timeout maxRetry undo
    circuitBreaker disabled compute placement methods path`,
  command: 'command acl producesEvent',
  relation: 'modelName type foreignKey',
  breaker: 'errorRate callVolume intervalMs retryDelay fallbackFn',
};
