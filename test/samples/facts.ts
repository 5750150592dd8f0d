import { checkFile } from '../../src/diagnosis/check/check.ts';
import { openSession } from '../../src/session/read.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';

/** What is true in a sample, worked out from its file: made when the sample is, and held against it ever after. */
export interface SampleFacts {
  readonly packets: number;
  readonly tcp: number;
  readonly udp: number;
  readonly calls: number;
  /** Of each TCP conversation: payload bytes of both sides, segments sent again, who closed. */
  readonly conversations: readonly {
    readonly stream: number;
    readonly packets: number;
    readonly bytes: readonly [number, number];
    readonly sentAgain: number;
    readonly closedBy: string;
  }[];
  /** How many packets have each of Wireshark's flags, those that none has left out. */
  readonly flags: Readonly<Record<string, number>>;
  /** TCP states of both ends when the capture ended, by connection. */
  readonly states: readonly (readonly [string, string] | null)[];
  /** 'warning reset': what check says, gravest first. */
  readonly issues: readonly string[];
  /** 'warning closed-unread': what the calls and the packets say together. */
  readonly findings: readonly string[];
  readonly readings: readonly string[];
  readonly unexplained: number;
  readonly verified: boolean;
}

/** Derives all facts of a sample. */
export async function sampleFacts(file: string): Promise<SampleFacts> {
  const report = await checkFile(file, { conversations: Number.POSITIVE_INFINITY });
  const session = await openSession(file);
  try {
    const timeline = buildTimeline(session);
    const last = new Map<number, readonly [string, string]>();
    for (let row = 0; row < timeline.rowCount; row++) {
      const states = timeline.states(row);
      if (states !== null) last.set(states.connection, [states.a, states.b]);
    }
    const { packets, tcp, udp, flags, issues, readings, top } = report;
    return {
      packets,
      tcp,
      udp,
      calls: session.calls.length,
      conversations: [...top]
        .sort((x, y) => x.stream - y.stream)
        .map((one) => ({
          stream: one.stream,
          packets: one.packets,
          bytes: one.bytes,
          sentAgain: one.sentAgain,
          closedBy: one.closedBy,
        })),
      flags: Object.fromEntries(Object.entries(flags).filter(([, count]) => count > 0)),
      states: timeline.connections.map((_, index) => last.get(index) ?? null),
      issues: issues.map(({ severity, kind }) => `${severity} ${kind}`),
      findings: timeline.findings.map(({ severity, kind }) => `${severity} ${kind}`),
      readings: readings.map(({ kind, theirs, count }) => `${count} ${theirs}: ${kind}`),
      unexplained: timeline.unexplained,
      verified: verifyTimeline(timeline).ok,
    };
  } finally {
    session.capture.close();
  }
}
