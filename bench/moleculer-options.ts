/** Settings of one of two Moleculer nodes that meet over its own TCP transport, with nothing else switched on. */
export function moleculerOptions(
  nodeID: 'server' | 'client',
  [serverPort, clientPort]: readonly [number, number],
): Readonly<Record<string, unknown>> {
  const urls = [`tcp://127.0.0.1:${serverPort}/server`, `tcp://127.0.0.1:${clientPort}/client`];
  const port = nodeID === 'server' ? serverPort : clientPort;
  return {
    nodeID,
    logger: false,
    requestTimeout: 10_000,
    transporter: { type: 'TCP', options: { udpDiscovery: false, useHostname: false, urls, port } },
  };
}
