import { ensureDependencies, runPinned } from './ensureDependencies.mjs';

ensureDependencies();
runPinned('scripts/startApp.ts', process.argv.slice(2));
