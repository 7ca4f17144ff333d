import { describe, expect, it } from 'vitest';
import { AnswerReader } from './answerReader.ts';
import { answerTimes, quantile, thinkingEnd } from './answerTimes.ts';
import { isRight, sumQuestion, variedQuestion } from './knownAnswer.ts';
import { LineReader } from './lineReader.ts';
import { readChunk } from './llmChunk.ts';
import { type LlmTarget, llmRequest, secretsOf } from './llmRequest.ts';
import { SseReader } from './sseReader.ts';

/** Whole numbers below a limit, the same each time. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * limit);
  };
}

describe('events and lines', () => {
  const events = ': hello\n\ndata: {"a":1}\r\n\r\nevent: x\rid: 7\rdata:two\rdata: lines\r\rdata: of\r\ndata: three\r\n\r\ndata\n\ndata: last';

  it('are the same in however many pieces they come', () => {
    const next = random(5);
    for (let round = 0; round < 2000; round += 1) {
      const reader = new SseReader();
      const found: string[] = [];
      for (let at = 0; at < events.length; ) {
        const length = 1 + next(9);
        found.push(...reader.feed(events.slice(at, at + length)));
        at += length;
      }
      expect([...found, ...reader.end()]).toEqual(['{"a":1}', 'two\nlines', 'of\nthree', '', 'last']);
    }
  });

  it('pass over a mark of UTF-8', () => expect(new SseReader().feed('\uFEFFdata: x\n\n')).toEqual(['x']));

  it('leave out what is too long, and take no more time for it', () => {
    const reader = new LineReader();
    const startedAt = performance.now();
    for (let piece = 0; piece < 100_000; piece += 1) reader.feed('x'.repeat(64));
    expect(reader.feed('\nshort\n')).toEqual(['short']);
    expect(reader.overflowed).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

describe('requests', () => {
  const target: LlmTarget = { api: 'openai-chat', host: 'gpu-1:8000', model: 'qwen', stream: true };
  const asked = (change: Partial<LlmTarget>) => {
    const { path, headers, body } = llmRequest({ ...target, ...change }, 'hi', 99);
    return { path, headers, body: JSON.parse(body) as unknown };
  };

  it('are those of each interface', () => {
    expect(asked({ headers: { Authorization: 'Bearer k' } })).toEqual({
      path: '/v1/chat/completions',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', Authorization: 'Bearer k' },
      body: {
        ...{ model: 'qwen', messages: [{ role: 'user', content: 'hi' }], stream: true, max_tokens: 99, temperature: 0 },
        stream_options: { include_usage: true },
      },
    });
    expect(
      asked({ api: 'openai-completions', stream: false, basePath: '/openai', limitName: 'max_completion_tokens', extra: { temperature: 1 } }),
    ).toMatchObject({
      path: '/openai/v1/completions',
      body: { model: 'qwen', prompt: 'hi', stream: false, max_completion_tokens: 99, temperature: 1 },
    });
    expect(asked({ api: 'ollama-chat' })).toMatchObject({
      path: '/api/chat',
      body: { messages: [{ content: 'hi' }], stream: true, options: { num_predict: 99, temperature: 0 } },
    });
    expect(asked({ api: 'ollama-generate' })).toMatchObject({ path: '/api/generate', headers: { Accept: 'application/x-ndjson' }, body: { prompt: 'hi' } });
  });

  it('have secrets in their headers, with the scheme and without', () => {
    expect(secretsOf({ ...target, headers: { Authorization: 'Bearer abc', 'x-key': 'd e' } })).toEqual(['Bearer abc', 'abc', 'd e', 'e']);
  });
});

describe('pieces of an answer', () => {
  it.each([
    ['a chat', '{"choices":[{"index":0,"delta":{"role":"assistant","content":"4"}}]}', { answer: '4', thinking: '', finish: null }],
    ['thinking of DeepSeek', '{"choices":[{"delta":{"reasoning_content":"hm","content":null}}]}', { answer: '', thinking: 'hm' }],
    ['thinking of newer vLLM', '{"choices":[{"delta":{"reasoning":"hm"}}]}', { thinking: 'hm' }],
    [
      'a whole chat',
      '{"choices":[{"message":{"content":"4","reasoning_content":"2 and 2"},"finish_reason":"stop"}]}',
      { answer: '4', thinking: '2 and 2', finish: 'stop' },
    ],
    ['parts', '{"choices":[{"delta":{"content":[{"type":"thinking","thinking":"a"},{"type":"text","text":"b"},3]}}]}', { answer: 'b', thinking: 'a' }],
    ['a completion', '{"choices":[{"text":" 4","finish_reason":"length"}]}', { answer: ' 4', finish: 'length' }],
    [
      'usage alone',
      '{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":3}}}',
      { usage: { prompt: 9, output: 5, thinking: 3 } },
    ],
    ['the end', ' [DONE]', { done: true }],
    ['Ollama chat', '{"model":"q","message":{"role":"assistant","content":"","thinking":"hm"},"done":false}', { thinking: 'hm', done: false }],
    ['Ollama generate', '{"response":"4","done":false}', { answer: '4' }],
    [
      'the end of Ollama',
      '{"response":"","done":true,"done_reason":"stop","load_duration":1500000000,"prompt_eval_count":20,"eval_count":5,"eval_duration":250000000}',
      { done: true, finish: 'stop', usage: { prompt: 20, output: 5, thinking: null }, loadS: 1.5, generationS: 0.25 },
    ],
    ['an error of OpenAI', '{"error":{"message":"overloaded","code":500}}', { error: 'overloaded' }],
    ['an error of Ollama', '{"error":"model \\"x\\" not found"}', { error: 'model "x" not found' }],
    ['an error of FastAPI', '{"detail":"Not Found"}', { error: 'Not Found' }],
    ['an error of older vLLM', '{"object":"error","message":"too long","code":400}', { error: 'too long' }],
  ])('are read: %s', (_, data, expected) => expect(readChunk(data)).toMatchObject(expected));

  it.each(['', '{', '[]', '3', 'null', '{}', '"x"', '<html>'])('are none: %j', (data) => expect(readChunk(data)).toBeNull());

  it('are read or not, and never fail, whatever they are', () => {
    const next = random(9);
    const whole =
      '{"choices":[{"delta":{"content":"4","reasoning":"x"},"finish_reason":null}],"usage":{"prompt_tokens":9},"message":{},"error":null,"done":true}';
    const marks = ['null', '[', '{', '}', ']', '"', '1e999', '-1', 'true', ':', '\n', 'data: ', '\u0000', '<think>', '</think>'];
    for (let round = 0; round < 20_000; round += 1) {
      let text = whole;
      for (let change = next(4); change > 0; change -= 1) {
        const at = next(text.length);
        text = text.slice(0, at) + marks[next(marks.length)] + text.slice(at + next(12));
      }
      const reader = new AnswerReader({ api: round % 2 === 0 ? 'openai-chat' : 'ollama-chat', stream: round % 3 > 0 });
      for (const piece of [`data: ${text}\n\n`, `${text}\n`, text]) reader.feed(piece, round);
      reader.end();
      const times = answerTimes(reader.arrivals);
      isRight(sumQuestion(), times.answer);
      if (reader.arrivals.some(({ answer, thinking }) => typeof answer !== 'string' || typeof thinking !== 'string')) throw new Error(text);
    }
  });
});

describe('times', () => {
  const answers = (...pieces: string[]) => pieces.map((answer, index) => ({ atMs: 100 + index * 20, thinking: '', answer }));

  it('are those of the pieces', () => {
    const arrivals = answers('4', '.', ' ', 'ok').map((arrival, index) => ({ ...arrival, atMs: [300, 310, 340, 400][index] ?? 0 }));
    expect(answerTimes(arrivals)).toEqual({
      ...{ thinking: '', answer: '4. ok', thinkingPieces: 0, answerPieces: 4, firstTokenS: 0.3, firstAnswerS: 0.3 },
      ...{ interTokenP50S: 0.03, interTokenP95S: 0.057, interTokenP99S: expect.closeTo(0.0594, 10), streamedS: 0.1 },
    });
  });

  it('tell thinking from the answer where it comes apart', () => {
    const arrivals = [...answers('', '', '4').map((arrival, index) => ({ ...arrival, thinking: index < 2 ? 'a' : '' }))];
    expect(answerTimes(arrivals)).toMatchObject({ thinking: 'aa', answer: '4', thinkingPieces: 2, answerPieces: 1, firstTokenS: 0.1, firstAnswerS: 0.14 });
  });

  it.each([
    ['in marks, cut anywhere', ['<th', 'ink>2 an', 'd 2</thi', 'nk>\n\n', '4'], { thinking: '2 and 2', answer: '4', thinkingPieces: 4, firstAnswerS: 0.18 }],
    ['begun without saying so', ['so 2', ' and 2', '</think>', '4'], { thinking: 'so 2 and 2', answer: '4', firstTokenS: 0.1, firstAnswerS: 0.16 }],
    ['that never ends', ['<think>', 'hm', 'hm'], { thinking: 'hmhm', answer: '', answerPieces: 0, firstAnswerS: null }],
    ['not at all, and blanks before the answer', ['\n\n', '4'], { answer: '4', firstTokenS: 0.1, firstAnswerS: 0.12 }],
    ['and blanks before the answer', ['<think>a</think>', '\n', ' ', '4'], { thinking: 'a', answer: '4', firstAnswerS: 0.16 }],
    ['of which an answer only speaks', ['4', ' <think>'], { thinking: '', answer: '4 <think>', answerPieces: 2 }],
    [
      'and answer in one piece',
      ['<think>a</think>4'],
      { thinking: 'a', answer: '4', answerPieces: 1, firstAnswerS: 0.1, interTokenP50S: null, streamedS: null },
    ],
    ['not at all', [], { answer: '', firstTokenS: null, firstAnswerS: null }],
  ])('tell thinking %s', (_, pieces, expected) => expect(answerTimes(answers(...pieces))).toMatchObject(expected));

  it('know other marks', () => {
    expect(thinkingEnd('<reasoning>x</reasoning>4')).toBe(24);
    expect(thinkingEnd('  <THINK>x</THINK> 4')).toBe(19);
  });

  it('have quantiles between the two nearest values', () => {
    expect([0, 0.5, 0.95, 1].map((q) => quantile([30, 10, 20, 40], q))).toEqual([10, 25, 38.5, 40]);
    expect(quantile([], 0.5)).toBeNull();
  });
});

describe('the known answer', () => {
  it.each([
    ...[
      '4',
      '4.',
      ' 4\n',
      '**4**',
      'four',
      'Four!',
      'The answer is 4.',
      '2 + 2 = 4',
      '2+2=4',
      'Two plus two equals four.',
      '\\boxed{4}',
      '$\\boxed{4}$',
      '4.0',
    ],
    ...[
      '2 plus 2 is 4',
      '= 4',
      'Sure! The sum of 2 and 2 is **4**.',
      'Step 1: take 2. Step 2: add 2. The answer is 4.',
      'Adding 2 to 2 gives 4.',
      'answer: 4',
      '4 (2+2)',
    ],
  ])('is there in %j', (said) => expect(isRight(sumQuestion(), said)).toBe(true));

  it.each([
    ...['', '5', '42', '24', '-4', '4.5', '0.4', 'five', 'The answer is 5, not 4.', '5, not 4', '2 + 2', 'I do not know', '4 or 5', '1 2 3 4 5', 'v4', '4th'],
    ...['2 + 2 = 5', '2', '!!!!!!!!!!', 'fourteen', 'The answer is 22', '2 + 2 = 4 is wrong: it is 5'],
  ])('is not there in %j', (said) => expect(isRight(sumQuestion(), said)).toBe(false));

  it('is sought in no time in whatever a model says', () => {
    const startedAt = performance.now();
    for (const said of [' '.repeat(100_000), 'is '.repeat(50_000), '=**'.repeat(50_000), '1'.repeat(100_000), '2+'.repeat(50_000)])
      isRight(sumQuestion(), said);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it('is another one with each call, and never one of the numbers asked', () => {
    const questions = Array.from({ length: 64 }, (_, call) => variedQuestion(call));
    expect(new Set(questions.map(({ prompt }) => prompt)).size).toBe(64);
    for (const question of questions) {
      expect(question.asked).not.toContain(question.answer);
      expect(isRight(question, String(question.answer))).toBe(true);
      expect(isRight(question, `${question.asked.join(' + ')} = ${question.answer + 1}`)).toBe(false);
    }
    expect(variedQuestion(-3.5).prompt).toBe(variedQuestion(3).prompt);
  });
});
