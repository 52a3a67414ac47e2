/** An envelope as text: a request that nobody serves, unless `over` says otherwise. */
export const frame = (over: object): string =>
  JSON.stringify({ v: 1, id: '1', src: 'x', kind: 'request', subject: 'no.such', hops: 0, body: null, ...over });

/** The first word of a peer that serves nothing and wants to hear of nothing. */
export const hello: string = frame({ kind: 'hello', subject: undefined, body: { serves: [], subscribes: [] } });
