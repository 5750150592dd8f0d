import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { clientsToServe, serving } from './clients.ts';
import { accepted, arrived } from './stream.ts';
import { limited } from './tune.ts';
import { readable } from './wait.ts';

/** A service, in the pieces that the models of --serve are made of. */
export interface Service {
  /** Answers whatever one recv brings. false when the client has ended, or is to be left. */
  once(connection: Socket): boolean;
  /** The exported role function that serves `role.inherited` in a thread or process of its own. */
  readonly entry: string;
}

/** Serves --clients connections in the way that --serve names. */
export function serveClients(
  listener: Socket,
  service: Service,
  parameters: Parameters,
  role: RoleContext,
): void {
  const model = parameters.text('serve');
  if (model === 'poll') servePolled(listener, service, parameters, role);
  for (let n = 0; model !== 'poll' && n < clientsToServe(parameters); n += 1) {
    if (model === 'iterative') serveOne(accepted(listener, parameters, role), service, parameters);
    else handOver(arrived(listener, parameters, role), model, service, role);
  }
}

/** One client from its first bytes to its last. */
export function serveOne(connection: Socket, service: Service, parameters: Parameters): void {
  while (serving(parameters, () => service.once(connection), false)) {} // each turn is one recv
  connection.close();
}

/** What a thread or child does with the connection that it was given. */
export function serveInherited(service: Service, parameters: Parameters, role: RoleContext): void {
  if (role.inherited === null) throw new Error('started without a connection');
  serveOne(limited(role.inherited, parameters, role), service, parameters);
}

function handOver(connection: Socket, model: string, service: Service, role: RoleContext): void {
  if (model === 'thread') {
    role.thread(service.entry, connection); // which closes it: threads share descriptors
    return;
  }
  role.fork(service.entry, connection);
  connection.close(); // our copy; while any process holds one, no FIN is sent
}

function servePolled(listener: Socket, service: Service, parameters: Parameters, role: RoleContext): void {
  const connections = new Set<Socket>();
  for (let ended = 0; ended < clientsToServe(parameters); ) {
    for (const ready of readable([listener, ...connections], role)) {
      if (ready === listener) connections.add(accepted(listener, parameters, role));
      else if (!serving(parameters, () => service.once(ready), false)) {
        ready.close();
        connections.delete(ready);
        ended += 1;
      }
    }
  }
}
