/** Takes the place of Module Federation's handler of manifests and snapshots: builds have sidecars instead. */
export class SnapshotHandler {
  readonly manifestCache: Map<string, unknown> = new Map();
  readonly hooks = { lifecycle: {}, applyPlugin(): void {} };
}

/** There is no snapshot that knows a remote. */
export function getGlobalRemoteInfo(): object {
  return {};
}
