import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { opened } from './must.ts';
import { accepted } from './stream.ts';
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
  for (let n = 0; model !== 'poll' && n < parameters.number('clients'); n += 1) {
    if (model === 'iterative') serveOne(accepted(listener, parameters, role), service);
    else handOver(opened(role, 'accept', listener.accept()), model, service, role);
  }
}

/** One client from its first bytes to its last. */
export function serveOne(connection: Socket, service: Service): void {
  while (service.once(connection)) {} // each turn is one recv
  connection.close();
}

/** What a thread or child does with the connection that it was given. */
export function serveInherited(service: Service, parameters: Parameters, role: RoleContext): void {
  if (role.inherited === null) throw new Error('started without a connection');
  serveOne(limited(role.inherited, parameters, role), service);
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
  for (let ended = 0; ended < parameters.number('clients'); ) {
    for (const ready of readable([listener, ...connections], role)) {
      if (ready === listener) connections.add(accepted(listener, parameters, role));
      else if (!service.once(ready)) {
        ready.close();
        connections.delete(ready);
        ended += 1;
      }
    }
  }
}
