import type { Disposable } from '../plain.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { RunningHost } from './host-options.ts';
import type { ShellConfig } from './shell-config.ts';

export interface FollowOptions {
  readonly mesh: Pick<MeshNode, 'peers' | 'onPeers'>;
  readonly host: Pick<RunningHost, 'configure'>;
  /** what the host was started with */
  readonly config: Pick<ShellConfig, 'revision'>;
  /** the configuration as it is now */
  fetch(): Promise<ShellConfig>;
  onError(error: unknown): void;
}

/**
 * Keeps a host's configuration at that of its server, which announces its revision to the mesh: whoever connects late,
 * or again, hears of it too. A failure is reported, and tried again with the mesh's next change; so is an answer of another
 * revision than was announced: an older copy, or another server's announcement.
 */
export function followConfiguration({ mesh, host, config, fetch, onError }: FollowOptions): Disposable {
  let known = config.revision;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    const { revision, host: parts } = await fetch();
    const { bindings, endpoints, ports = {} } = parts;
    await host.configure({ bindings, endpoints, ports });
    known = revision;
  };
  const look = (): void => {
    const told = announced(mesh);
    if (isAsking || told === undefined || told === known) return;
    isAsking = true;
    ask().then(
      () => {
        isAsking = false;
        if (announced(mesh) !== told) look();
      },
      (error: unknown) => {
        isAsking = false;
        onError(error);
      },
    );
  };
  return mesh.onPeers(look);
}

/** The revision that the server announces. */
function announced(mesh: FollowOptions['mesh']): number | undefined {
  for (const { user, info } of mesh.peers()) {
    const { configuration } = (info ?? {}) as { readonly configuration?: unknown };
    if (user.startsWith('host:') && typeof configuration === 'number') return configuration;
  }
  return undefined;
}
