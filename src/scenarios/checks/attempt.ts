import { type Check, decide, fails, holds, judging } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { incomplete } from './stream.ts';
import { found, kernelCounts, tell } from './tools.ts';

/** Checks of one connect that gets nowhere. */

/** The connect fails with this errno; `text` says why. */
export function failsWith(errno: string, text: Check['text']): Check {
  return {
    text,
    test(run) {
      const connects = run.calls('client', 'connect');
      const got = connects.map((connect) => connect.errno ?? '0');
      return decide(connects.length > 0 && got.every((each) => each === errno), got.join(', '), connects);
    },
  };
}

/** Nothing of it is to be seen on the wire. */
export function noPacket(text: Check['text']): Check {
  return {
    text,
    test(run) {
      const packets = run.packets({ protocol: 'tcp' });
      const connects = run.calls('client', 'connect');
      if (packets.length > 0) return fails(tell('there are', 'los hay', 'n’hi ha'), packets);
      return run.complete ? judging(connects, () => holds(connects)) : incomplete(run);
    },
  };
}

/** The connect takes less than `ms`; only where nothing holds it up. */
export function within(ms: number, text: Check['text']): Check {
  return {
    text,
    test(run) {
      const connects = run.calls('client', 'connect');
      const took = Math.max(0, ...connects.map((connect) => connect.took));
      return judging(connects, () => decide(took < ms, `${Math.round(took)} ms`, connects));
    },
  };
}

/**
 * The SYN is sent again at least as often as TCP_SYNCNT says: Linux has made it more since there are
 * tcp_syn_linear_timeouts (ip-sysctl).
 */
export function synsSent(retries: number): Check {
  return {
    text: tell(
      'The SYN is sent again and again (TCP_SYNCNT and net.ipv4.tcp_syn_linear_timeouts say how often), and nothing answers it.',
      'El SYN se envía una y otra vez (cuántas lo dicen TCP_SYNCNT y net.ipv4.tcp_syn_linear_timeouts), y nada lo contesta.',
      'El SYN s’envia una vegada i una altra (quantes ho diuen TCP_SYNCNT i net.ipv4.tcp_syn_linear_timeouts), i res no el respon.',
    ),
    test(run) {
      const syns = run.packets({ flags: 'SYN' });
      const others = run.packets({ protocol: 'tcp', flags: '!SYN' });
      if (!run.complete) return incomplete(run, syns);
      return decide(syns.length > retries && others.length === 0, `SYN: ${syns.length}`, syns, others);
    },
  };
}

/** An ICMP error answers the SYN; while connect is still sending it, the kernel only takes a note of it. */
export const ICMP_ANSWERS: Check = {
  text: tell(
    'ICMP answers the SYN. The first such message comes while connect still has the socket and is only noted; the one after the repeated SYN ends the call.',
    'Al SYN le contesta ICMP. El primer mensaje llega mientras connect aún tiene el socket y solo se anota; el que sigue al SYN repetido termina la llamada.',
    'Al SYN li respon ICMP. El primer missatge arriba mentre connect encara té el socket i només s’anota; el que segueix el SYN repetit acaba la crida.',
  ),
  test(run) {
    const errors = run.packets({ reason: 'icmp-error' });
    const verdict = found(run, errors, tell('no ICMP', 'nada de ICMP', 'gens d’ICMP'));
    const ended = run.calls('client', 'connect').flatMap((connect) => run.packetsOf(connect, 'completes'));
    return verdict.holds === true ? decide(ended.length > 0, '', errors, ended) : verdict;
  },
};

export const RETRANSMISSIONS_COUNTED = kernelCounts(
  'TcpRetransSegs',
  tell(
    'The kernel counted as many repetitions (RetransSegs) as the ladder shows.',
    'El núcleo contó tantas repeticiones (RetransSegs) como muestra el diagrama.',
    'El nucli va comptar tantes repeticions (RetransSegs) com mostra el diagrama.',
  ),
  (run: Evidence) => run.packets({ reason: 'syn-again' }),
);
