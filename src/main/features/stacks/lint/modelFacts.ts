import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import type { LintService } from './composeService.ts';
import { imageFacts } from './imageFacts.ts';
import type { Place } from './yamlParts.ts';

/** A model that a service loads. */
export interface LoadedModel {
  /** As it is written. */
  id: string;
  /** Billions of parameters; null: the name does not tell. */
  billions: number | null;
  /** Bytes of a weight. */
  bytes: number;
  /** In words, as `16 bit`. */
  precision: string;
  /** Whether a precision below 16 bit was chosen. */
  quantised: boolean;
  /** Cards that hold a part each. */
  parallel: number;
  at: Place;
}

const variables = ['MODEL', 'MODEL_ID', 'MODEL_NAME', 'LLM_MODEL', 'VLLM_MODEL', 'HF_MODEL_ID', 'OLLAMA_MODEL', 'EMBEDDING_MODEL', 'MODEL_PATH'];

/** Models that a service is told to load, by its command and its variables. */
export function loadedModels(service: LintService): LoadedModel[] {
  const facts = imageFacts(service.image?.text);
  const option = (...names: string[]) => optionOf(service.command, names);
  const served = facts?.role === 'model-server' && service.command.includes('serve') ? service.command[service.command.indexOf('serve') + 1] : undefined;
  const named = option('--model', '--model-id', '--model-path') ?? (served?.startsWith('-') ? undefined : served);
  const quantisation =
    option('--quantization', '--quantize', '-q') ?? service.environment.get('QUANTIZATION')?.value ?? service.environment.get('QUANTIZE')?.value ?? '';
  const dtype = option('--dtype') ?? service.environment.get('DTYPE')?.value ?? '';
  const parallel =
    Math.max(1, Number(option('--tensor-parallel-size', '-tp', '--num-shard') ?? 1) || 1) *
    Math.max(1, Number(option('--pipeline-parallel-size', '-pp') ?? 1) || 1);
  const ids: { id: string; at: Place }[] = named === undefined ? [] : [{ id: named, at: service.commandAt }];
  for (const name of variables) {
    const entry = service.environment.get(name);
    if (entry?.value) ids.push({ id: entry.value, at: entry.at });
  }
  const seen = new Set<string>();
  return ids.flatMap(({ id, at }) => {
    if (seen.has(id) || id.length > 300) return [];
    seen.add(id);
    const weight = weightOf(id, quantisation, dtype, facts?.title === 'Ollama' || /^[a-z0-9.-]+:[a-z0-9._-]+$/.test(id));
    return [{ id, billions: billionsOf(id), ...weight, parallel, at }];
  });
}

/** Value of an option in a command, `--name value` and `--name=value`. */
export function optionOf(command: readonly string[], names: readonly string[]): string | undefined {
  for (const [index, word] of command.entries()) {
    const equals = names.find((name) => word.startsWith(`${name}=`));
    if (equals !== undefined) return word.slice(equals.length + 1);
    if (names.includes(word)) return command[index + 1];
  }
  return undefined;
}

/** Billions of parameters as a name tells them: `Llama-3.1-70B`, `qwen2.5:0.5b`, `Mixtral-8x7B` (experts share some of theirs). */
export function billionsOf(id: string): number | null {
  const experts = /(?:^|[^0-9a-z])([0-9]{1,2})x([0-9]+(?:\.[0-9]+)?)b(?![a-z])/i.exec(id);
  if (experts !== null) return Number(experts[1]) * Number(experts[2]) * 0.83;
  const plain = /(?:^|[^0-9a-z.])([0-9]+(?:\.[0-9]+)?)b(?![a-z0-9])/i.exec(id);
  return plain === null ? null : Number(plain[1]);
}

/** Bytes of a weight as chosen by name or option; 16 bit where nothing is said, but for Ollama, whose library is in 4 bit. */
export function weightOf(id: string, quantisation: string, dtype: string, ollama: boolean): Pick<LoadedModel, 'bytes' | 'precision' | 'quantised'> {
  const text = `${id} ${quantisation}`.toLowerCase();
  if (/awq|gptq|int4|4bit|4-bit|w4a16|nf4|bitsandbytes|bnb|marlin|q4/.test(text)) return { bytes: 0.6, precision: '4 bit', quantised: true };
  if (/fp8|int8|8bit|8-bit|w8a8|eetq|q8/.test(text)) return { bytes: 1.1, precision: '8 bit', quantised: true };
  if (/float32|fp32/.test(dtype)) return { bytes: 4, precision: '32 bit', quantised: false };
  if (ollama && !/fp16|f16|bf16/.test(text)) return { bytes: 0.6, precision: '4 bit', quantised: true };
  return { bytes: 2, precision: '16 bit', quantised: false };
}

/** MiB that the weights of a model take; null where its name does not tell. */
export function weightsMib({ billions, bytes }: Pick<LoadedModel, 'billions' | 'bytes'>): number | null {
  return billions === null ? null : (billions * bytes * 1e9) / 1024 ** 2;
}

/** Models that the definition says a service loads. */
export function definedModels(definition: StackDefinition | null, service: string): StackDefinition['models'] {
  return definition?.models.filter((model) => model.service === service) ?? [];
}
