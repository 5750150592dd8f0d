import { expect, test } from 'vitest';
import { peerRule } from '../../src/scenarios/peer-commands.ts';
import { inEnglish } from '../../src/words/text.ts';

const english = (values: Parameters<typeof peerRule>[0]): string | null => {
  const rule = peerRule(values);
  return rule === null ? null : `${rule.isWarning ? '! ' : ''}${inEnglish(rule.text)}`;
};

test('the rule for the commands of a peer is the list, unless any is allowed in a private network', () => {
  const list = /^commands of a peer: never as root, only from the fixed list \(cal, date, .*whoami\)$/;
  expect(english({ net: 'private', 'allow-any-command': false })).toMatch(list);
  expect(english({ net: 'host', 'allow-any-command': true })).toMatch(list);
  expect(english({ net: 'private', 'allow-any-command': true })).toMatch(/^! warning: .*any command/);
});

test('where no peer can ask for a command there is no rule', () => {
  expect(english({ net: 'private' })).toBeNull();
});
