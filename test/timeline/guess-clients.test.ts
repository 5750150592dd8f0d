import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { openRecorded, SessionScript } from './build-session.ts';

const end = (host: number, port: number) => ({ host: `10.128.0.${host}`, port });
const ACK = { flags: '.', seq: 1000, ack: 2000 };

async function clients(script: SessionScript): Promise<string[]> {
  const session = await openRecorded(script.recorded());
  const { connections } = buildTimeline(session);
  session.capture.close();
  return connections.map(({ client, endpointA, endpointB, isGuessed }) =>
    `${client === 'a' ? endpointA : endpointB}${isGuessed ? '?' : ''}`.replace('10.128.0.', ''),
  );
}

test('one end is not the client of one conversation and the server of another: the system port is the server’s', async () => {
  const web = end(1, 80);
  const script = new SessionScript()
    .tcp(0, web, end(2, 40_000), ACK)
    .tcp(1, end(3, 40_001), web, ACK)
    .udp(2, end(1, 53), end(2, 5000), Buffer.from('x'));
  expect(await clients(script)).toEqual(['2:40000?', '3:40001?', '2:5000?']);
});

test('a port that several talk to is the server’s, else the lower one', async () => {
  const shared = end(1, 50_000);
  const script = new SessionScript()
    .tcp(0, shared, end(2, 40_000), ACK)
    .tcp(1, shared, end(3, 40_000), ACK)
    .tcp(2, end(4, 5001), end(5, 40_000), ACK)
    .udp(3, end(6, 5001), end(7, 40_000), Buffer.from('x'));
  expect(await clients(script)).toEqual(['2:40000?', '3:40000?', '5:40000?', '6:5001?']);
});

test('a SYN tells who the client is, whatever the ports', async () => {
  const script = new SessionScript().tcp(0, end(1, 20), end(2, 40_000), { flags: 'S', seq: 1, ack: 0 });
  expect(await clients(script)).toEqual(['1:20']);
});
