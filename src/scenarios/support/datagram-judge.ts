import type { Parameters } from '../parameters.ts';
import type { Outcome } from '../scenario.ts';

type Report = Readonly<Record<string, string | number | boolean>>;

/** Compares what both sides of a datagram transfer counted, with each other and with the kernel. */
export function judgeDatagrams(parameters: Parameters, outcome: Outcome): readonly string[] {
  const client = outcome.reports.get('client');
  const server = outcome.reports.get('server');
  if (parameters.text('role') !== 'both' || client === undefined || server === undefined) return [];
  const lostData = number(client, 'data datagrams') - number(server, 'data datagrams');
  return [
    ...judgeContent(client, server, lostData),
    ...(parameters.text('reliability') === 'stop-and-wait'
      ? judgeWhole(lostData)
      : judgeLosses(parameters, client, server)),
    ...(server.missing === undefined || server.missing === lostData
      ? []
      : [`the numbers say that ${server.missing} datagrams are missing, the counts ${lostData}`]),
  ];
}

function judgeContent(client: Report, server: Report, lostData: number): readonly string[] {
  const same = client.sha256 === server.sha256 && client.bytes === server.bytes;
  if (same === (lostData === 0)) return [];
  return [
    same
      ? `${lostData} datagrams were lost, and yet the contents are the same`
      : `nothing was lost, but the contents differ: ${client.bytes} bytes sent, ${server.bytes} received`,
  ];
}

function judgeWhole(lostData: number): readonly string[] {
  return lostData === 0 ? [] : [`stop-and-wait left out ${lostData} datagrams`];
}

/** Nothing is sent again here: what the server did not read is what its receive buffer had no room for, or the lab dropped. */
function judgeLosses(parameters: Parameters, client: Report, server: Report): readonly string[] {
  const lost = number(client, 'datagrams sent') - number(server, 'datagrams received');
  // On the machine's own loopback others' datagrams are in the namespace's count, so the socket's own is taken.
  const key = parameters.text('net') === 'host' ? 'dropped at the socket' : 'RcvbufErrors';
  const counted = number(server, key);
  const dropped = parameters.number('loss') > 0;
  if (dropped ? lost >= counted : lost === counted) return [];
  return [`${lost} datagrams are missing, but the kernel dropped ${counted} (${key})`];
}

function number(report: Report, key: string): number {
  return Number(report[key] ?? Number.NaN);
}
