import { registerHooks } from 'node:module';

/** Puts the stand-in in the place of `electron` for whatever this process loads after it. */
const standIn = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) => (specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context)),
});
