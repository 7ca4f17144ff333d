/** Tokens as an engine counts them; null: it does not tell. */
export interface LlmUsage {
  prompt: number | null;
  /** Of thinking and answer. */
  output: number | null;
  thinking: number | null;
}

/** What a piece of an answer adds. */
export interface LlmChunk {
  answer: string;
  thinking: string;
  /** Why it ended, as `stop` or `length`. */
  finish: string | null;
  usage: LlmUsage | null;
  /** What went wrong, in the words of the engine. */
  error: string | null;
  /** Nothing comes after it. */
  done: boolean;
  /** Times that Ollama tells, in s. */
  loadS: number | null;
  generationS: number | null;
}

type Fields = Record<string, unknown>;

const nothing: LlmChunk = { answer: '', thinking: '', finish: null, usage: null, error: null, done: false, loadS: null, generationS: null };

/**
 * Reads one piece of an answer of either interface, or a whole one: they tell themselves apart. Null: it is none. Thinking is
 * `reasoning_content` (DeepSeek, LiteLLM, vLLM to 0.10), `reasoning` (vLLM from 0.11) or `thinking` (Ollama from 0.9).
 */
export function readChunk(data: string): LlmChunk | null {
  if (data.trim() === '[DONE]') return { ...nothing, done: true };
  const piece = fields(parsed(data));
  if (piece === null) return null;
  const error = errorOf(piece);
  if (error !== null) return { ...nothing, error };
  if ('choices' in piece || 'usage' in piece) return openAi(piece);
  return 'message' in piece || 'response' in piece || 'done' in piece ? ollama(piece) : null;
}

function openAi(piece: Fields): LlmChunk {
  const choice = fields(Array.isArray(piece['choices']) ? piece['choices'][0] : null) ?? {};
  const said = fields(choice['delta']) ?? fields(choice['message']) ?? {};
  const usage = fields(piece['usage']);
  const details = fields(usage?.['completion_tokens_details']);
  const [answer, parts] = contentOf(said['content'] ?? choice['text']);
  return {
    ...nothing,
    answer,
    thinking: text(said['reasoning_content']) || text(said['reasoning']) || parts,
    finish: text(choice['finish_reason']) || null,
    usage:
      usage === null
        ? null
        : { prompt: count(usage['prompt_tokens']), output: count(usage['completion_tokens']), thinking: count(details?.['reasoning_tokens']) },
  };
}

/** Content is text, or parts of which some are thinking. */
function contentOf(content: unknown): [answer: string, thinking: string] {
  if (!Array.isArray(content)) return [text(content), ''];
  const parts = content.map(fields).filter((part) => part !== null);
  return [parts.map((part) => text(part['text'])).join(''), parts.map((part) => text(part['thinking'])).join('')];
}

function ollama(piece: Fields): LlmChunk {
  const said = fields(piece['message']) ?? {};
  const done = piece['done'] === true;
  const seconds = (value: unknown) => (count(value) === null ? null : (count(value) ?? 0) / 1e9);
  return {
    ...nothing,
    answer: text(said['content']) || text(piece['response']),
    thinking: text(said['thinking']) || text(piece['thinking']),
    finish: text(piece['done_reason']) || null,
    usage: done ? { prompt: count(piece['prompt_eval_count']), output: count(piece['eval_count']), thinking: null } : null,
    done,
    loadS: seconds(piece['load_duration']),
    generationS: seconds(piece['eval_duration']),
  };
}

/** What an engine says went wrong; null: it says nothing of the kind. */
export function errorOf(piece: Fields): string | null {
  const { error, detail } = piece;
  if (typeof error === 'string') return error;
  const inner = fields(error);
  if (inner !== null) return text(inner['message']) || JSON.stringify(inner);
  if (piece['object'] === 'error') return text(piece['message']) || 'error';
  return typeof detail === 'string' ? detail : null;
}

/** A value of JSON; null: it is none. */
export function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/** A value as an object; null: it is none. */
export function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null);
