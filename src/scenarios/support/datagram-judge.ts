import type { Text } from '../../words/text.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import type { Outcome } from '../scenario.ts';

type Report = Readonly<Record<string, string | number | boolean>>;

/** Compares what both sides of a datagram transfer counted, with each other and with the kernel. */
export function judgeDatagrams(parameters: Parameters, outcome: Outcome): readonly Text[] {
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
      : [
          tell(
            `the numbers say that ${server.missing} datagrams are missing, the counts ${lostData}`,
            `los números dicen que faltan ${server.missing} datagramas; las cuentas, ${lostData}`,
            `els números diuen que falten ${server.missing} datagrames; els comptes, ${lostData}`,
          ),
        ]),
  ];
}

function judgeContent(client: Report, server: Report, lostData: number): readonly Text[] {
  const same = client.sha256 === server.sha256 && client.bytes === server.bytes;
  if (same === (lostData === 0)) return [];
  return [
    same
      ? tell(
          `${lostData} datagrams were lost, and yet the contents are the same`,
          `se perdieron ${lostData} datagramas, y aun así el contenido es el mismo`,
          `s’han perdut ${lostData} datagrames, i tot i així el contingut és el mateix`,
        )
      : tell(
          `nothing was lost, but the contents differ: ${client.bytes} bytes sent, ${server.bytes} received`,
          `no se perdió nada, pero el contenido difiere: ${client.bytes} bytes enviados, ${server.bytes} recibidos`,
          `no s’ha perdut res, però el contingut difereix: ${client.bytes} bytes enviats, ${server.bytes} rebuts`,
        ),
  ];
}

function judgeWhole(lostData: number): readonly Text[] {
  return lostData === 0
    ? []
    : [
        tell(
          `stop-and-wait left out ${lostData} datagrams`,
          `stop-and-wait se dejó ${lostData} datagramas`,
          `stop-and-wait s’ha deixat ${lostData} datagrames`,
        ),
      ];
}

/** Nothing is sent again here: what the server did not read is what its receive buffer had no room for, or the lab dropped. */
function judgeLosses(parameters: Parameters, client: Report, server: Report): readonly Text[] {
  const lost = number(client, 'datagrams sent') - number(server, 'datagrams received');
  // On the machine's own loopback others' datagrams are in the namespace's count, so the socket's own is taken.
  const key = parameters.text('net') === 'host' ? 'dropped at the socket' : 'RcvbufErrors';
  const counted = number(server, key);
  const dropped = parameters.number('loss') > 0;
  if (dropped ? lost >= counted : lost === counted) return [];
  return [
    tell(
      `${lost} datagrams are missing, but the kernel dropped ${counted} (${key})`,
      `faltan ${lost} datagramas, pero el núcleo tiró ${counted} (${key})`,
      `falten ${lost} datagrames, però el nucli n’ha llençat ${counted} (${key})`,
    ),
  ];
}

function number(report: Report, key: string): number {
  return Number(report[key] ?? Number.NaN);
}
