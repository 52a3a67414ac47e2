import { settle } from '@testudo/fabric/error';
import type { HostReport } from '@testudo/fabric/host/host-api';
import type { RunningHost } from '@testudo/fabric/host/host-options';

/** What every other node says of itself; one that does not answer in time is left out. */
export async function peerReports(host: RunningHost): Promise<readonly HostReport[]> {
  const { peers } = await host.inspect();
  const asked = peers.filter(({ id }) => id !== host.node).map(({ id }) => settle(() => host.peerReport(id)));
  const answers = await Promise.all(asked);
  return answers.reduce<HostReport[]>((all, answer) => (answer.ok ? [...all, answer.value] : all), []);
}
