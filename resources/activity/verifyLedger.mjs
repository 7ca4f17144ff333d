// Verifies a ledger that Pilothouse exported, without Pilothouse: node verifyLedger.mjs LEDGER.jsonl PEOPLE.txt
// PEOPLE.txt holds the public keys that you trust, a line each, as "pilothouse identity export" prints them.
// Every line names its number, the SHA-256 of the line before it, and a key that signed it without its signature.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [ledger, people] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean));
const keys = new Map(
  people.map((line) => {
    const blob = Buffer.from(line.split(' ')[1], 'base64');
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: blob.subarray(-32).toString('base64url') };
    return [`SHA256:${createHash('sha256').update(blob).digest('base64').replace('=', '')}`, createPublicKey({ key: jwk, format: 'jwk' })];
  }),
);
const findings = [];
let expected = 1;
let head = '0'.repeat(64);
for (const [index, line] of ledger.entries()) {
  const { seq, prev, key, signature } = JSON.parse(line);
  const signed = Buffer.from(line.replace(/,"signature":"[^"]*"\}$/, '}'));
  const find = (what) => findings.push(`line ${index + 1}: ${what}`);
  if (seq !== expected) find(`record ${seq} stands where record ${expected} is expected`);
  else if (prev !== head) find(`record ${seq} does not follow the line before it`);
  if (!keys.has(key)) find(`signed with a key that is not in the list, ${key}`);
  else if (!verify(null, signed, keys.get(key), Buffer.from(signature, 'base64'))) find('the signature is wrong');
  expected = seq + 1;
  head = createHash('sha256').update(line).digest('hex');
}
console.log([...findings, `${ledger.length} records, ${findings.length} findings, head ${head}`].join('\n'));
process.exitCode = findings.length === 0 ? 0 : 1;
