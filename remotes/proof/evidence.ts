/** A passage of a source file of this repository: from the line that has some text. */
export interface Passage {
  readonly file: string;
  readonly find: string;
}

/** What an act rests on: the test that proves it, and the lines that are responsible. */
export interface Evidence {
  readonly test: Passage;
  readonly code: Passage;
}

const clicked = (find: string): Passage => ({ file: 'e2e/demo.spec.ts', find });

/** For each button the test that clicks it, and the code that makes it come out as it does. */
export const evidence = {
  place: {
    test: clicked("test.step('place:"),
    code: { file: 'remotes/order/order.ts', find: 'factory:' },
  },
  deploy: {
    test: clicked("test.step('deploy and roll back:"),
    code: { file: 'server-bridge/catalog/catalog-service.ts', find: 'async #change(' },
  },
  cut: {
    test: clicked("test.step('cut, edit on both sides"),
    code: { file: 'remotes/order/order.ts', find: 'function resolve(' },
  },
  kill: {
    test: clicked("test.step('kill the server:"),
    code: { file: 'fabric/sync/authority.ts', find: 'async #commit(' },
  },
  tamper: {
    test: { file: 'e2e/tamper.spec.ts', find: "test('worker: an altered update" },
    code: { file: 'fabric/catalog/integrity.ts', find: 'export async function verify(' },
  },
  partner: {
    test: clicked("test.step('fail a partner:"),
    code: { file: 'remotes/order/order-ports.ts', find: 'export const orderPorts' },
  },
  move: {
    test: clicked("test.step('move a port:"),
    code: { file: 'fabric/host/judge-op.ts', find: 'export function createJudge(' },
  },
  load: {
    test: clicked("test.step('load a remote by its URL:"),
    code: { file: 'fabric/catalog/admit-build.ts', find: 'export async function fetchBuild(' },
  },
} as const satisfies { readonly [act: string]: Evidence };

/** The page of the demo's server that shows a passage, marked. */
export function addressOf({ file, find }: Passage): string {
  return `/api/demo/source?${new URLSearchParams({ file, find }).toString()}#marked`;
}
