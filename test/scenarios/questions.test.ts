import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { askedText, isRight, type Question, question, yesOrNo } from '../../src/scenarios/quiz.ts';
import { loadScenario, scenarioIds } from '../../src/scenarios/registry.ts';
import { questionsFor } from '../../src/scenarios/run-quiz.ts';
import { openSession } from '../../src/session/read.ts';
import type { Session } from '../../src/session/session.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { LANGUAGES } from '../../src/words/language.ts';
import type { Text } from '../../src/words/text.ts';
import { have } from '../support/tools.ts';
import { savedRun } from '../timeline/recorded-run.ts';

/** A run as tshark sees it, with what the kernel counted. */
interface Seen {
  /** A field of the packets that a display filter lets through. */
  fields(filter: string, field?: string): readonly string[];
  readonly session: Session;
}
/** A part of the question, and the answer: worked out by hand, or from what tshark or the kernel says. */
type Wanted = readonly [part: RegExp, answer: string | ((seen: Seen) => string)];

const count =
  (filter: string) =>
  ({ fields }: Seen): string =>
    String(fields(filter).length);
const isThere =
  (filter: string) =>
  ({ fields }: Seen): string =>
    fields(filter).length > 0 ? 'yes' : 'no';

/** Of the stream with most of them. */
const mostSyns = ({ fields }: Seen): string => {
  const streams = fields('tcp.flags.syn == 1 && tcp.flags.ack == 0 && !icmp', 'tcp.stream');
  return String(Math.max(...streams.map((stream) => streams.filter((each) => each === stream).length)));
};

/** Segments that hold bytes of the second send: it follows the four bytes of the length. */
const segmentsOfFirstChunk = ({ fields }: Seen): string => {
  const from = 1 + 4;
  const to = from + 16_384;
  const segments = fields('tcp.dstport == 3500 && tcp.len > 0', 'tcp.seq').map(Number);
  const lengths = fields('tcp.dstport == 3500 && tcp.len > 0', 'tcp.len').map(Number);
  return String(segments.filter((seq, n) => seq < to && seq + (lengths[n] ?? 0) > from).length);
};

const longestAck = ({ fields }: Seen): string => {
  const longest = Math.max(
    ...fields('tcp.analysis.ack_rtt && tcp.srcport == 3500', 'tcp.analysis.ack_rtt').map(Number),
  );
  return longest < 0.02 ? 'less than 20 ms' : longest <= 0.2 ? 'some 40 ms' : 'more than 200 ms';
};

const RUNS: readonly (readonly [run: string, ...wanted: Wanted[]])[] = [
  ['backlog', [/listen\(1\)/, '2'], [/How often is its SYN/, mostSyns]],
  ['broadcast', [/Does a packet leave/, 'no'], [/3 servers/, '3']],
  ['calendar --no-input', [/How many packets have to do/, '0'], [/of how many peers/i, '2']],
  [
    'chargen',
    [/window of 0/, isThere('tcp.window_size_value == 0 && tcp.dstport == 19 && tcp.flags.reset == 0')],
    [/What does its kernel send/, 'RST'],
  ],
  ['damage', [/How many does recvfrom give/, '1'], [/sendto of the client fail/, 'no']],
  ['daytime', [/first to send/, 'server'], [/How many bytes/, '0']],
  ['discard', [/bytes of data/, '0'], [/packets come from its side/, count('tcp.srcport == 9')]],
  ['discard --protocol udp', [/packets come from its side/, '0']],
  ['disorder', [/once and in order/, 'no'], [/How many does recvfrom give/, count('udp')]],
  ['disorder --how none', [/once and in order/, 'yes']],
  ['echo', [/over TCP: how many/, count('tcp')], [/first to send/, 'client']],
  ['echo --protocol udp', [/over UDP: how many/, '2']],
  ['errors', [/Which of these/, 'ECONNREFUSED'], [/a sendto, with EACCES/, 'no']],
  ['filtered', [/What comes back/, 'nothing'], [/How often is its SYN/, mostSyns], [/hear anything/, 'no']],
  ['filtered --how reject', [/What comes back/, 'ICMP']],
  ['filtered --how reset', [/What comes back/, 'RST']],
  ['greeting --pause server:accept=200', [/first to send/, 'server'], [/handshake over before/, 'yes']],
  [
    'half-close',
    [/Which call .* FIN/, 'shutdown'],
    [/segments with data/, count('tcp.srcport == 3500 && tcp.len > 0')],
  ],
  ['http-get', [/wait for the end/, 'no'], [/which status/, '200']],
  ['http-get --body close --path /missing', [/wait for the end/, 'yes'], [/which status/, '404']],
  ['json-echo --message 42', [/^42 goes over/, '3']],
  [
    'loss',
    [/sent again/, ({ session }) => String(session.run?.counters?.TcpRetransSegs)],
    [/calls? of the programs fail/, 'no'],
  ],
  ['nagle', [/longest round/, longestAck], [/What happens first/, 'the send returns']],
  [
    'name-lookup',
    [
      /Of which family/,
      ({ fields }) => (fields('tcp.flags.syn == 1', 'ipv6.src')[0] === '' ? 'IPv4' : 'IPv6'),
    ],
    [/stands first/, '0x0d'],
  ],
  ['non-blocking', [/Which errno/, 'EINPROGRESS'], [/answered its SYN/, 'no']],
  ['object-echo', [/How many more/, '4']],
  ['port-sharing', [/last bind/, 'yes'], [/Which option/, 'SO_REUSEPORT']],
  ['ps --server-recv-buffer 10', [/How many recv bring/, 'more'], [/last recv return/, '0']],
  ['raw-ping', [/Who makes the reply/, 'the kernel'], [/How many packets does its recvfrom/, count('icmp')]],
  ['recv-sizes', [/recv\(1\)/, '31'], [/recv\(16\)/, '2']],
  ['refused', [/What comes back/, 'RST'], [/How many packets does/, count('tcp')]],
  ['reset', [/lie unread/, '5'], [/send first to end/, 'RST']],
  ['send-vs-sendall', [/How many does it take/, 'fewer'], [/Do the others reach/, 'no']],
  ['service-time --serve poll --clients 4', [/How many sockets/, '5']],
  ['service-time --serve iterative --clients 4', [/How many sockets/, '2']],
  [
    'slow-reader',
    [/window of 0/, isThere('tcp.window_size_value == 0 && tcp.srcport == 3500 && tcp.flags.reset == 0')],
    [/wait longest/, 'send'],
    [/before it opens/, isThere('tcp.analysis.zero_window_probe || tcp.analysis.keep_alive')],
  ],
  ['tcp-echo --pause server:accept=300', [/handshake over before/, 'yes'], [/last recv return/, '0']],
  ['tcp-say --no-input', [/A line of 5 characters/, '6'], [/last recv return/, '0']],
  [
    'tcp-transfer --pause server:recv=2',
    [/In how many segments/, segmentsOfFirstChunk],
    [/read all bytes/, 'no'],
    [/How many recv bring/, 'more'],
  ],
  ['telnet --no-input', [/With which byte/, '4'], [/How many connections/, '1']],
  [
    'text-and-image --pause server:recv=100',
    [/How many does it return/, '214'],
    [/text as it was sent/, 'no'],
  ],
  ['text-and-image --framing length', [/text as it was sent/, 'yes']],
  ['time-wait', [/without SO_REUSEADDR/, 'no'], [/with SO_REUSEADDR/, 'yes']],
  ['udp-allowlist', [/How many does recvfrom give/, '3'], [/send back/, count('udp.srcport == 3500')]],
  ['udp-chat --no-input', [/In which call/, 'recvfrom'], [/How many packets does/, count('udp')]],
  ['udp-control', [/Which exit status/, '1'], [/which exit code/, '0']],
  ['udp-echo', [/What comes back/, 'a datagram'], [/How many packets does/, '2']],
  ['udp-echo --server none', [/What comes back/, 'ICMP'], [/How many packets does/, count('udp || icmp')]],
  ['udp-transfer', [/missing at the server/, 'no'], [/come from the server/, count('udp.srcport == 3500')]],
  [
    'udp-truncate',
    [/does the program ever get/, '1024'],
    [/In how many IP packets/, count('ip.flags.mf == 1 || ip.frag_offset > 0')],
  ],
  ['unix-echo', [/How many packets does/, '0'], [/ask the kernel/, 'yes']],
  ['unreachable', [/How many SYN/, '0']],
  ['unreachable --how router', [/How many SYN/, mostSyns], [/What comes back/, 'ICMP']],
  ['urgent', [/ordinary recv/, '6'], [/first recv asks/, '3']],
  ['urgent --how inline', [/ordinary recv/, '7']],
];

const TABLE = RUNS.map(([run, ...wanted]) => ({ run, wanted }));

describe.skipIf(!have('tshark', 'unshare'))('answers of real runs', () => {
  test.concurrent.each(TABLE)(
    '$run',
    async ({ run, wanted }) => {
      const { code, stdout, stderr, file } = await savedRun(run.split(' '));
      expect(code, stdout + stderr).toBe(0);
      const session = await openSession(file);
      try {
        const seen: Seen = { session, fields: (filter, field) => fieldsOf(file, filter, field) };
        const [id = ''] = run.split(' ');
        const timeline = buildTimeline(session);
        const own = await questionsFor(timeline, id);
        const all = new Set((await questionsFor(timeline, null)).map(({ text }) => english(text)));
        for (const [part, answer] of wanted) {
          const found = own.filter(({ text }) => part.test(english(text)));
          expect(
            found.map(({ text }) => english(text)),
            `${part}`,
          ).toHaveLength(1);
          expect(english(found[0]?.answer ?? ''), `${part}`).toBe(
            typeof answer === 'string' ? answer : answer(seen),
          );
        }
        for (const each of own) if (!all.has(english(each.text))) isWellMade(each, session);
      } finally {
        session.capture.close();
      }
    },
    60_000,
  );
});

test('every scenario has a question of its own, and each of these is compared here', async () => {
  const compared = new Set(RUNS.map(([run]) => run.split(' ')[0]));
  for (const id of scenarioIds()) {
    expect((await loadScenario(id)).questions, id).toBeDefined();
    expect(compared, id).toContain(id);
  }
});

test('an answer is right in any language, without its accents, and by its number', () => {
  const asked = yesOrNo('Does it?', true);
  expect(askedText(asked)).toBe('Does it? (1 yes; 2 no)');
  for (const typed of ['yes', ' YES ', 'sí', 'si', '1']) expect(isRight(asked, typed), typed).toBe(true);
  for (const typed of ['no', '2', '3', '0', '', 'y', '1 2']) expect(isRight(asked, typed), typed).toBe(false);
  const number = question('How many?', 12);
  for (const typed of ['12', ' 12']) expect(isRight(number, typed), typed).toBe(true);
  for (const typed of ['1', '112', '']) expect(isRight(number, typed), typed).toBe(false);
});

/** Three texts with the same numbers, an answer among the choices, and proof that is there. */
function isWellMade({ text, answer, choices, calls, packets }: Question, session: Session): void {
  if (typeof text === 'string') throw new Error(`${text} is in one language only`);
  const texts = LANGUAGES.map((language) => text[language]);
  expect(new Set(texts).size, text.en).toBe(LANGUAGES.length);
  for (const each of texts) expect(each.match(/\d+/g), each).toEqual(text.en.match(/\d+/g));
  if (choices.length > 0) expect(choices).toContain(answer);
  // A digit means the number of a choice.
  for (const each of choices) expect(english(each)).not.toMatch(/^\d$/);
  for (const call of calls) expect(session.calls[call]).toBeDefined();
  for (const packet of packets) expect(packet).toBeLessThan(session.capture.columns.length);
}

function english(text: Text): string {
  return typeof text === 'string' ? text : text.en;
}

function fieldsOf(file: string, filter: string, field = 'frame.number'): readonly string[] {
  const args = ['-r', file, '-Y', filter, '-T', 'fields', '-e', field];
  const { stdout, status, stderr } = spawnSync('tshark', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').slice(0, -1);
}
