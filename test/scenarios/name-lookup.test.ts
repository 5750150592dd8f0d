import { test } from 'vitest';
import { expectRefusal } from './support/judged.ts';

test('a numeric address of the other family than the server’s is refused', async () => {
  await expectRefusal('name-lookup', { name: '::1' }, /--name ::1: the server listens over ipv4/);
  await expectRefusal('name-lookup', { name: '127.0.0.1', family: 'ipv6' }, /listens over ipv6/);
});
