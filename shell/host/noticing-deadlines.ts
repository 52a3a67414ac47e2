import { hasCode } from '@testudo/fabric/error';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';

/** An authority that does not answer in time may be behind a link that is dead without having closed. */
export function noticingDeadlines(mesh: MeshNode, onDeadline: () => void): MeshNode {
  return {
    ...mesh,
    async request(subject, body, options) {
      try {
        return await mesh.request(subject, body, options);
      } catch (error) {
        if (subject.startsWith('sync.') && hasCode(error) && error.code === 'DEADLINE') onDeadline();
        throw error;
      }
    },
  };
}
