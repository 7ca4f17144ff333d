import { ensureDependencies, runPinned } from './ensureDependencies.mjs';

ensureDependencies();
runPinned('e2e/tour/tour.ts', process.argv.slice(2));
