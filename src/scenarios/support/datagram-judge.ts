import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
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
  const missing = Number(server.missing ?? 0);
  return [
    ...judgeContent(client, server, lostData),
    ...(parameters.text('reliability') === 'stop-and-wait'
      ? judgeWhole(lostData)
      : judgeLosses(parameters, client, server)),
    ...(server.missing === undefined || server.missing === lostData
      ? []
      : [
          tell(
            `the numbers say that ${en(missing, 'datagram')} ${missing === 1 ? 'is' : 'are'} missing, the counts ${lostData}`,
            `los números dicen que ${missing === 1 ? 'falta' : 'faltan'} ${es(missing, 'datagrama')}; las cuentas, ${lostData}`,
            `els números diuen que ${missing === 1 ? 'falta' : 'falten'} ${ca(missing, 'datagrama', 'datagrames')}; els comptes, ${lostData}`,
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
          `${en(lostData, 'datagram')} ${lostData === 1 ? 'was' : 'were'} lost, and yet the contents are the same`,
          `se ${lostData === 1 ? 'perdió' : 'perdieron'} ${es(lostData, 'datagrama')}, y aun así el contenido es el mismo`,
          `s’${lostData === 1 ? 'ha' : 'han'} perdut ${ca(lostData, 'datagrama', 'datagrames')}, i tot i així el contingut és el mateix`,
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
          `stop-and-wait left out ${en(lostData, 'datagram')}`,
          `stop-and-wait se dejó ${es(lostData, 'datagrama')}`,
          `stop-and-wait s’ha deixat ${ca(lostData, 'datagrama', 'datagrames')}`,
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
