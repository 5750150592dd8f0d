/** An endpoint as text, apart: '[::1]:3500' is host '::1', port 3500. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** '127.0.0.1:3500', '[::1]:3500': the way calls write an endpoint. */
export function endpointText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Splits an endpoint's text; null for UNIX paths and anything else that is no host and port. */
export function parseEndpoint(text: string | null | undefined): Endpoint | null {
  if (text === null || text === undefined || text.startsWith('unix:')) return null;
  const colon = text.lastIndexOf(':');
  if (colon < 0) return null;
  const port = Number(text.slice(colon + 1));
  if (!Number.isInteger(port) || port < 0 || port > 65535) return null;
  return { host: plainHost(text.slice(0, colon)), port };
}

/** The one text for an endpoint that may be written in several ways: IPv4 mapped into IPv6 is IPv4, scopes are cut. */
export function canonicalEndpoint(text: string | null | undefined): string | null {
  const endpoint = parseEndpoint(text);
  return endpoint === null ? null : endpointText(endpoint.host, endpoint.port);
}

function plainHost(host: string): string {
  let plain = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const scope = plain.indexOf('%');
  if (scope >= 0) plain = plain.slice(0, scope);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  return mapped?.[1] ?? plain.toLowerCase();
}

/** Whether a socket bound to this host gets packets of any address: INADDR_ANY, in6addr_any. */
export function isAnyHost(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/**
 * How well a socket bound to `bound` fits a packet for `address`: 0 not at all, 1 by the wildcard, 2 exactly.
 * An IPv6 wildcard also takes IPv4 unless IPV6_V6ONLY is set, which decides between sockets, not here.
 */
export function bindFits(bound: Endpoint, address: Endpoint): 0 | 1 | 2 {
  if (bound.port !== address.port) return 0;
  if (bound.host === address.host) return 2;
  if (bound.host === '::') return 1;
  return bound.host === '0.0.0.0' && !address.host.includes(':') ? 1 : 0;
}
