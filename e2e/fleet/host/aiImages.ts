import type { ImageRecipe, ServiceImage } from './imageCatalogue.ts';

// What the real images have by way of tools: Python with drivers, or nothing that a check could use.
const withTools = 'fleet/app-base';
const bare = 'fleet/python';

function program(tag: string, name: string, base: string): ImageRecipe {
  return { tag, folder: 'aiServices', parents: [base], buildArgs: { BASE: base, PROGRAM: name } };
}

/** Images of what the AI gateway and BankSight use and no other stack does. Their parents come before them. */
export const aiRecipes: readonly ImageRecipe[] = [
  { tag: 'fleet/pgbouncer', folder: 'pgbouncer', parents: ['fleet/postgres'] },
  program('fleet/litellm', 'litellm', withTools),
  program('fleet/banksight-backend', 'banksight', withTools),
  program('fleet/banksight-frontend', 'streamlit', withTools),
  program('fleet/agentgateway', 'agentgateway', bare),
  program('fleet/vault', 'vault', bare),
  program('fleet/otelcol', 'otelcol', bare),
  program('fleet/jaeger', 'jaeger', bare),
  program('fleet/chroma', 'chroma', bare),
];

/** The same as the registry serves them. */
export const aiServiceImages: readonly ServiceImage[] = [
  { reference: 'edoburu/pgbouncer:v1.25.2-p0', tag: 'fleet/pgbouncer', standIn: false, content: "Debian's PgBouncer 1.24" },
  { reference: 'berriai/litellm-database:1.84.1', tag: 'fleet/litellm', standIn: true, content: 'keys in PostgreSQL, passes chats on' },
  { reference: 'agentgateway/agentgateway:v1.4.1', tag: 'fleet/agentgateway', standIn: true, content: 'passes everything on' },
  { reference: 'hashicorp/vault:1.21.4', tag: 'fleet/vault', standIn: true, content: 'seal, keys and a store, not encrypted' },
  { reference: 'otel/opentelemetry-collector-contrib:0.158.0', tag: 'fleet/otelcol', standIn: true, content: 'OTLP over HTTP, counts spans' },
  { reference: 'jaegertracing/jaeger:2.13.0', tag: 'fleet/jaeger', standIn: true, content: 'OTLP over HTTP, in memory' },
  { reference: 'chromadb/chroma:1.5.9', tag: 'fleet/chroma', standIn: true, content: 'SQLite behind its API' },
  { reference: 'banksight/backend:1.0.0', tag: 'fleet/banksight-backend', standIn: true, content: 'a bank’s application, small' },
  { reference: 'banksight/frontend:1.0.0', tag: 'fleet/banksight-frontend', standIn: true, content: 'a bank’s frontend, small' },
];
