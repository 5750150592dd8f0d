import { AF_INET, AF_INET6, AF_UNIX } from '../../sockets/constants.ts';
import type { Address } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';

const FAMILIES: Readonly<Record<string, { domain: number; host: string }>> = {
  ipv4: { domain: AF_INET, host: '127.0.0.1' },
  ipv6: { domain: AF_INET6, host: '::1' },
};

/** --family; IPv4 for the exercises that are about IPv4 only. */
function familyOf(parameters: Parameters): string {
  return String(parameters.all().family ?? 'ipv4');
}

/** The first argument of socket(): AF_INET, AF_INET6 or AF_UNIX, as --family says. */
export function domain(parameters: Parameters): number {
  return FAMILIES[familyOf(parameters)]?.domain ?? AF_UNIX;
}

/** Where the server is bound. A UNIX socket gets an abstract name (it begins with a zero byte): no file is left behind. */
export function serverAddress(parameters: Parameters): Address {
  const port = parameters.number('port');
  const host = FAMILIES[familyOf(parameters)]?.host;
  return host === undefined ? `\0sockscope-${port}` : [host, port];
}

/** A name for a client's UNIX datagram socket, which could not be answered without one; null for the other families. */
export function clientName(parameters: Parameters, index: number): Address | null {
  if (familyOf(parameters) !== 'unix') return null;
  return `\0sockscope-${parameters.number('port')}-client-${index + 1}`;
}
