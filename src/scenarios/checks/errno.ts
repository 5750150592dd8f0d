import type { Text } from '../../words/text.ts';
import { type Check, decide, fails, untold } from '../check.ts';
import type { CallSeen, Evidence, PacketSeen } from '../evidence.ts';
import { ERRNO_TABLE, type ErrnoEntry } from '../support/errno-table.ts';
import { incomplete } from './stream.ts';
import { tell } from './tools.ts';

/** One check for each errno that is asked for. */
export function errnoChecks(names: readonly string[]): readonly Check[] {
  return names.flatMap((name) => {
    const entry = ERRNO_TABLE[name];
    return entry === undefined ? [] : [checkOf(name, entry)];
  });
}

function checkOf(name: string, entry: ErrnoEntry): Check {
  const { en, es, ca } = entry.cause;
  const { call } = entry;
  return {
    text: tell(`${call}, ${name}: ${en}.`, `${call}, ${name}: ${es}.`, `${call}, ${name}: ${ca}.`),
    test(run) {
      // A program may meet another's errno on its way: any call with it that has the packets is a proof.
      const calls = run.calls('client', entry.call).filter(({ errno }) => errno === name);
      const verdicts = calls.map((call) =>
        entry.packets.length === 0 ? withoutPackets(run, call) : withPackets(run, call, entry),
      );
      return verdicts.find(({ holds }) => holds) ?? verdicts[0] ?? absentErrno(run, name, entry);
    },
  };
}

function absentErrno(run: Evidence, name: string, { needs }: ErrnoEntry) {
  const got = String(run.report('client', name) ?? '?');
  const note = tell(`it gave ${got}`, `dio ${got}`, `ha donat ${got}`);
  if (needs === undefined || run.report('client', `${name} needs`) === undefined) return fails(note);
  return untold(tell(`it takes ${needs}`, `hace falta ${needs}`, `cal ${needs}`));
}

/** The call itself put nothing on the wire. */
function withoutPackets(run: Evidence, call: CallSeen) {
  const packets = run.packetsOf(call, 'causes', 'carries');
  if (packets.length > 0)
    return fails(tell('it caused packets', 'provocó paquetes', 'ha provocat paquets'), call, packets);
  return run.complete ? decide(true, '', call) : incomplete(run, call);
}

/**
 * The packets of its connection from the first of these on are these, in this order; until the call returned, and beyond
 * for those that are told of there. Bare ACKs are left aside: a kernel that has time for it acknowledges in between.
 */
function withPackets(run: Evidence, call: CallSeen, { packets: kinds, repeats }: ErrnoEntry) {
  const all = run.packets({ connection: call.connection });
  const start = all.findIndex(({ reason }) => reason === kinds[0]);
  const proof: PacketSeen[] = [];
  for (const packet of start < 0 ? [] : all.slice(start)) {
    const isDue = packet.reason === kinds[proof.length];
    const isAll = proof.length >= kinds.length;
    if (!isDue && isBareAck(packet)) continue;
    if (isAll && run.endsBefore(packet, call) !== true) break;
    proof.push(packet);
    if (isDue || (isAll && repeats && packet.reason === kinds.at(-1))) continue;
    return run.complete ? fails(another(packet), call, proof) : incomplete(run, call);
  }
  const missed = kinds[proof.length];
  if (missed === undefined) return decide(true, '', call, proof);
  return run.complete ? fails(missing(missed), call, all) : incomplete(run, call);
}

const isBareAck = ({ flags, bytes }: PacketSeen): boolean => flags === 'ACK' && bytes === 0;

const another = ({ reason }: PacketSeen): Text =>
  tell(
    `a packet “${reason}” that is not in the table`,
    `un paquete «${reason}» que no está en la tabla`,
    `un paquet «${reason}» que no és a la taula`,
  );

const missing = (kind: string): Text =>
  tell(`no packet “${kind}”`, `ningún paquete «${kind}»`, `cap paquet «${kind}»`);
