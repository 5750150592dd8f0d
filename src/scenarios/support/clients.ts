import { EXIT, UserError } from '../../../capture/user-error.ts';
import type { Address } from '../../sockets/types.ts';
import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { say, type Text } from '../../words/text.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { serverAddress } from './address.ts';
import { CallFailed } from './must.ts';
import { tolerant } from './tolerant.ts';

/** How many clients a server serves before it ends: --clients, where 0 stands for no bound (Infinity). */
export function clientsToServe(parameters: Parameters): number {
  const clients = tolerant(parameters).number('clients');
  return clients === 0 ? Number.POSITIVE_INFINITY : clients;
}

/** A server alone whose number of clients nobody has set: it serves one after the other until the user ends the run. */
export function servesUntilEnded(parameters: Parameters): boolean {
  return clientsToServe(parameters) === Number.POSITIVE_INFINITY;
}

/** Says where the server waits: whoever is to come is a program of the user’s, who has to know. */
export function announceServer(parameters: Parameters, role: RoleContext): void {
  if (servesUntilEnded(parameters)) role.print(say(WAITS(shown(serverAddress(parameters)))));
}

/** Says who has come, and with how many bytes if it is a datagram. */
export function announceClient(
  who: Address | null,
  parameters: Parameters,
  role: RoleContext,
  bytes?: number,
): void {
  if (servesUntilEnded(parameters))
    role.print(say(bytes === undefined ? CAME(shown(who)) : SENT(shown(who), bytes)));
}

function shown(address: Address | null): string {
  if (address === null || address === '') return '*';
  if (typeof address === 'string') return address.replace('\0', '@'); // as ss(8) writes abstract names
  const [host, port] = address;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Serves one client. What fails with it (a reset, say) ends a server that has a bound, and the run with it; one that
 * serves until it is ended has told which call failed, and goes on with the next.
 */
export function serving<T>(parameters: Parameters, serve: () => T, broken: T): T {
  try {
    return serve();
  } catch (error) {
    if (error instanceof CallFailed && servesUntilEnded(parameters)) return broken;
    throw error;
  }
}

/** Throws a UserError (exit code 2) where several clients are asked for of an exercise that has one of its own. */
export function refuseSeveral(parameters: Parameters): void {
  const { clients, role } = parameters.all();
  if (role === 'server' || clients === 1) return;
  throw new UserError(
    `--clients ${clients} goes with --role server here: the exercise has one client of its own`,
    {
      hint: 'give --role server, or see tcp-echo, which has as many clients as you like',
      exitCode: EXIT.usage,
    },
  );
}

const WAITS = (where: string): Text => ({
  en: `waiting for clients at ${where}, until you end the run`,
  es: `esperando clientes en ${where}, hasta que termines la ejecución`,
  ca: `esperant clients a ${where}, fins que acabis l’execució`,
});
const CAME = (who: string): Text => ({
  en: `connection from ${who}`,
  es: `conexión desde ${who}`,
  ca: `connexió des de ${who}`,
});
const SENT = (who: string, bytes: number): Text => ({
  en: `${en(bytes, 'byte')} from ${who}`,
  es: `${es(bytes, 'byte')} desde ${who}`,
  ca: `${ca(bytes, 'byte')} des de ${who}`,
});
