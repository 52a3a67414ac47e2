import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { describeTransport } from '@testudo/fabric/testing/transport.contract';
import { SOCKET_LIMITS, websocketLink } from './websocket-link.ts';
import { websocketTransport } from './websocket-transport.ts';

describeTransport('websocket', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...SOCKET_LIMITS });
  await once(server, 'listening');
  const accepted = once(server, 'connection').then(([socket, request]) =>
    websocketLink(socket as WebSocket, (request as IncomingMessage).socket),
  );
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const near = await websocketTransport({ url }).connect();
  return {
    ends: [near, await accepted],
    dispose: async () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
});
