#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { runCli } from './program.ts';

// A reader that closes the pipe early (head, less) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  entry: [...process.execArgv, fileURLToPath(import.meta.url)],
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
});
