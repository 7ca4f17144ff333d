import { ensureDependencies, runPinned } from './ensureDependencies.mjs';

ensureDependencies();
runPinned('scripts/runTests.ts', process.argv.slice(2));
