import { expect, it } from 'vitest';
import { cleanFileName, sniffType } from './sniffRules.ts';

it.each([
  ['image/png', Buffer.from('89504e470d0a1a0a0000', 'hex')],
  ['image/jpeg', Buffer.from('ffd8ffe0', 'hex')],
  ['image/webp', Buffer.concat([Buffer.from('RIFF1234WEBP')])],
  ['application/pdf', Buffer.from('%PDF-1.7')],
  ['application/gzip', Buffer.from('1f8b08', 'hex')],
  ['application/x-executable', Buffer.from('\x7fELF\x02', 'latin1')],
  ['text/plain', Buffer.from('#!/bin/sh\necho hé\n')],
  ['text/plain', Buffer.from('ends in the middle of é').subarray(0, -1)],
  ['text/plain', Buffer.alloc(0)],
  ['application/octet-stream', Buffer.from([1, 2, 0, 3])],
  ['application/octet-stream', Buffer.from([0xff, 0xfe, 0x41])],
])('%s is told by the first bytes', (type, bytes) => {
  expect(sniffType(bytes)).toBe(type);
});

it.each([
  ['proof.png', 'proof.png'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\ada\\shot.png', 'shot.png'],
  ['a\u001b[2Jb\n.txt', 'a[2Jb.txt'],
  ['invoice\u202egnp.exe', 'invoicegnp.exe'],
  ['..', 'file'],
  ['', 'file'],
])('the name %j is kept as %j', (name, kept) => {
  expect(cleanFileName(name)).toBe(kept);
});
