import { AF_INET, AF_INET6, AF_UNIX } from '../../sockets/constants.ts';
import type { Address } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import { tolerant } from './tolerant.ts';

const FAMILIES: Readonly<Record<string, { domain: number; host: string }>> = {
  ipv4: { domain: AF_INET, host: '127.0.0.1' },
  ipv6: { domain: AF_INET6, host: '::1' },
};

/** The first argument of socket(): AF_INET, AF_INET6 or AF_UNIX, as --family says. */
export function domain(parameters: Parameters): number {
  return FAMILIES[tolerant(parameters).text('family')]?.domain ?? AF_UNIX;
}

/** Where the server is bound. A UNIX socket gets an abstract name (it begins with a zero byte): no file is left behind. */
export function serverAddress(parameters: Parameters): Address {
  const port = tolerant(parameters).number('port');
  const host = FAMILIES[tolerant(parameters).text('family')]?.host;
  return host === undefined ? `\0sockscope-${port}` : [host, port];
}

/** A name for a client's UNIX datagram socket, which could not be answered without one; null for the other families. */
export function clientName(parameters: Parameters, index: number): Address | null {
  if (tolerant(parameters).text('family') !== 'unix') return null;
  return `\0sockscope-${tolerant(parameters).number('port')}-client-${index + 1}`;
}
