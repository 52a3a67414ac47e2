/** What a host may keep of a partition, at its authority or at a replica; each is a collection `<name>/<partition>`. */
const parts: readonly string[] = [
  ...['objects', 'blocks', 'log', 'ops', 'marks', 'requests', 'outbox', 'refused'],
  ...['damaged', 'floor', 'packed', 'gone', 'gone-ids', 'terms', 'history'],
];

/** The names of all collections that a partition may have. */
export function partitionCollections(partition: string): readonly string[] {
  return parts.map((part) => `${part}/${partition}`);
}
