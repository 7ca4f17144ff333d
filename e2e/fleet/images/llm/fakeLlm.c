/*
 * fakeLlm: stand-in for vLLM's OpenAI-compatible server.
 *
 * Serves /health, /ping, /version, /metrics, /v1/models, /v1/completions and /v1/chat/completions, streamed and not.
 * Source of routes, answers and metric names: https://docs.vllm.ai/en/v0.10.0/ (serving/openai_compatible_server,
 * usage/metrics).
 *
 * Arguments as of the real server: --model, --served-model-name, --host, --port, --api-key, --max-model-len; others are
 * ignored. `--probe` asks /health of a running one and ends with 0 or 1. Called as `curl`, which the real image has, it asks
 * the address that is its last word, on this machine, as `curl -f` does: it ends with 22 for a status of 400 or more, with 7
 * where nobody answers.
 * Environment: FLEET_LOAD_MS (until healthy), FLEET_TTFT_MS, FLEET_TOKEN_MS, FLEET_TOKENS, FLEET_FAIL_PERCENT,
 * FLEET_MAX_CONCURRENT, VLLM_API_KEY.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "answers.h"

static struct {
  const char *model, *served_name, *api_key;
  int port, load_ms, ttft_ms, token_ms, tokens, fail_percent, max_concurrent, max_model_len;
} settings = {"facebook/opt-125m", NULL, NULL, 8000, 0, 50, 10, 32, 0, 8, 8192};

/* Upper bounds in seconds of vLLM's histogram of the time to the first token. */
static const double bounds[] = {0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10};
#define BOUNDS (sizeof bounds / sizeof bounds[0])

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t slot_free = PTHREAD_COND_INITIALIZER;
static struct {
  long running, waiting, done, aborted, prompt_tokens, generated_tokens, first_tokens, at_most[BOUNDS];
  double first_token_sum, latency_sum;
} stats;

static double started_at;

static double now_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool is_loaded(void) { return (now_seconds() - started_at) * 1000 >= settings.load_ms; }

static const char *model_name(void) { return settings.served_name ? settings.served_name : settings.model; }

static void take_slot(void) {
  pthread_mutex_lock(&lock);
  stats.waiting++;
  while (stats.running >= settings.max_concurrent) pthread_cond_wait(&slot_free, &lock);
  stats.waiting--;
  stats.running++;
  pthread_mutex_unlock(&lock);
}

static void give_slot(bool aborted, long prompt_tokens, long generated, double first_token, double latency) {
  pthread_mutex_lock(&lock);
  stats.running--;
  if (aborted) stats.aborted++;
  else stats.done++;
  stats.prompt_tokens += prompt_tokens;
  stats.generated_tokens += generated;
  stats.first_tokens++;
  stats.first_token_sum += first_token;
  stats.latency_sum += latency;
  for (size_t i = 0; i < BOUNDS; i++) stats.at_most[i] += first_token <= bounds[i];
  pthread_cond_signal(&slot_free);
  pthread_mutex_unlock(&lock);
}

/* What differs between the two completion routes. */
struct shape {
  bool chat;
  const char *id_prefix, *object, *chunk_object;
};
static const struct shape chat_shape = {true, "chatcmpl", "chat.completion", "chat.completion.chunk"};
static const struct shape text_shape = {false, "cmpl", "text_completion", "text_completion"};

static bool send_piece(int fd, const struct shape *shape, const char *id, const char *text, const char *reason) {
  char quoted[256], part[320];
  if (reason) snprintf(quoted, sizeof quoted, "\"%s\"", reason);
  else strcpy(quoted, "null");
  if (shape->chat) snprintf(part, sizeof part, "\"delta\":{\"content\":\"%s\"}", text);
  else snprintf(part, sizeof part, "\"text\":\"%s\"", text);
  return http_print(fd,
      "data: {\"id\":\"%s\",\"object\":\"%s\",\"created\":%ld,\"model\":\"%s\",\"choices\":[{\"index\":0,%s,"
      "\"logprobs\":null,\"finish_reason\":%s}]}\n\n",
      id, shape->chunk_object, (long)time(NULL), model_name(), part, quoted);
}

static bool stream_answer(int fd, const struct shape *shape, const char *id, const struct answer *answer, long prompt_tokens,
                          bool usage, long *sent) {
  if (!http_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n")) return false;
  if (shape->chat && !send_piece(fd, shape, id, "", NULL)) return false;
  for (*sent = 0; *sent < answer->count; (*sent)++) {
    char word[64];
    if (*sent) usleep((useconds_t)settings.token_ms * 1000);
    answer_word(answer, *sent, word, sizeof word);
    const char *reason = *sent + 1 < answer->count ? NULL : answer->cut ? "length" : "stop";
    if (!send_piece(fd, shape, id, word, reason)) return false;
  }
  if (usage && !http_print(fd,
      "data: {\"id\":\"%s\",\"object\":\"%s\",\"created\":%ld,\"model\":\"%s\",\"choices\":[],\"usage\":{\"prompt_tokens\":%ld,"
      "\"total_tokens\":%ld,\"completion_tokens\":%ld}}\n\n",
      id, shape->chunk_object, (long)time(NULL), model_name(), prompt_tokens, prompt_tokens + *sent, *sent)) return false;
  return http_print(fd, "data: [DONE]\n\n");
}

static bool whole_answer(int fd, const struct shape *shape, const char *id, const struct answer *answer, long prompt_tokens,
                         long *sent) {
  if (answer->count > 1) usleep((useconds_t)(answer->count - 1) * (useconds_t)settings.token_ms * 1000);
  size_t size = (size_t)answer->count * 64 + 1;
  char *text = calloc(1, size), *body = malloc(size + 2048);
  for (long i = 0; i < answer->count; i++) answer_word(answer, i, text + strlen(text), 64);
  *sent = answer->count;
  const char *before = shape->chat ? "\"message\":{\"role\":\"assistant\",\"content\":\"" : "\"text\":\"";
  sprintf(body,
      "{\"id\":\"%s\",\"object\":\"%s\",\"created\":%ld,\"model\":\"%.500s\",\"choices\":[{\"index\":0,%s%s\"%s,\"logprobs\":null,"
      "\"finish_reason\":\"%s\"}],\"usage\":{\"prompt_tokens\":%ld,\"total_tokens\":%ld,\"completion_tokens\":%ld}}",
      id, shape->object, (long)time(NULL), model_name(), before, text, shape->chat ? "}" : "", answer->cut ? "length" : "stop",
      prompt_tokens, prompt_tokens + *sent, *sent);
  bool sent_all = http_answer(fd, 200, "application/json", body);
  free(text);
  free(body);
  return sent_all;
}

static void complete(int fd, const char *body, const struct shape *shape) {
  char wanted[256] = "";
  if (json_text(body, "model", wanted, sizeof wanted) && strcmp(wanted, model_name()) != 0) {
    char error[512];
    snprintf(error, sizeof error, "{\"object\":\"error\",\"message\":\"The model `%s` does not exist.\",\"type\":\"NotFoundError\",\"param\":null,\"code\":404}", wanted);
    http_answer(fd, 404, "application/json", error);
    return;
  }
  double begun = now_seconds();
  take_slot();
  long prompt_tokens = (long)(strlen(body) + 3) / 4, sent = 0;
  struct answer answer;
  long limit = json_number(body, "max_completion_tokens", json_number(body, "max_tokens", shape->chat ? -1 : 16));
  choose_answer(&answer, body, settings.tokens, limit);
  if (rand() % 100 < settings.fail_percent) {
    http_answer(fd, 500, "application/json", "{\"object\":\"error\",\"message\":\"injected failure\",\"type\":\"InternalServerError\",\"param\":null,\"code\":500}");
    give_slot(true, 0, 0, now_seconds() - begun, now_seconds() - begun);
    return;
  }
  usleep((useconds_t)settings.ttft_ms * 1000);
  double first_token = now_seconds() - begun;
  char id[64];
  snprintf(id, sizeof id, "%s-%016lx", shape->id_prefix, (long)(begun * 1e6));
  bool whole = json_true(body, "stream")
      ? stream_answer(fd, shape, id, &answer, prompt_tokens, json_true(body, "include_usage"), &sent)
      : whole_answer(fd, shape, id, &answer, prompt_tokens, &sent);
  give_slot(!whole, prompt_tokens, sent, first_token, now_seconds() - begun);
}

static void metric(char **at, const char *name, const char *type, double value) {
  *at += sprintf(*at, "# HELP vllm:%s of a stand-in.\n# TYPE vllm:%s %s\nvllm:%s%s{engine=\"0\",model_name=\"%.200s\"} %g\n", name, name, type,
                 name, strcmp(type, "counter") == 0 ? "_total" : "", model_name(), value);
}

static void metrics(int fd) {
  char *body = malloc(32768), *at = body;
  const char *name = model_name();
  pthread_mutex_lock(&lock);
  metric(&at, "num_requests_running", "gauge", (double)stats.running);
  metric(&at, "num_requests_waiting", "gauge", (double)stats.waiting);
  metric(&at, "gpu_cache_usage_perc", "gauge", (double)stats.running / settings.max_concurrent);
  metric(&at, "kv_cache_usage_perc", "gauge", (double)stats.running / settings.max_concurrent);
  metric(&at, "prompt_tokens", "counter", (double)stats.prompt_tokens);
  metric(&at, "generation_tokens", "counter", (double)stats.generated_tokens);
  at += sprintf(at, "# TYPE vllm:request_success counter\n");
  at += sprintf(at, "vllm:request_success_total{engine=\"0\",finished_reason=\"stop\",model_name=\"%.200s\"} %ld\n", name, stats.done);
  at += sprintf(at, "vllm:request_success_total{engine=\"0\",finished_reason=\"abort\",model_name=\"%.200s\"} %ld\n", name, stats.aborted);
  at += sprintf(at, "# TYPE vllm:time_to_first_token_seconds histogram\n");
  const char *bucket = "vllm:time_to_first_token_seconds_bucket{engine=\"0\",le=\"%s\",model_name=\"%.200s\"} %ld\n";
  for (size_t i = 0; i < BOUNDS; i++) {
    char bound[16];
    snprintf(bound, sizeof bound, "%g", bounds[i]);
    at += sprintf(at, bucket, bound, name, stats.at_most[i]);
  }
  at += sprintf(at, bucket, "+Inf", name, stats.first_tokens);
  at += sprintf(at, "vllm:time_to_first_token_seconds_count{engine=\"0\",model_name=\"%.200s\"} %ld\n", name, stats.first_tokens);
  at += sprintf(at, "vllm:time_to_first_token_seconds_sum{engine=\"0\",model_name=\"%.200s\"} %f\n", name, stats.first_token_sum);
  at += sprintf(at, "# TYPE vllm:e2e_request_latency_seconds histogram\n");
  at += sprintf(at, "vllm:e2e_request_latency_seconds_bucket{engine=\"0\",le=\"+Inf\",model_name=\"%.200s\"} %ld\n", name, stats.first_tokens);
  at += sprintf(at, "vllm:e2e_request_latency_seconds_count{engine=\"0\",model_name=\"%.200s\"} %ld\n", name, stats.first_tokens);
  at += sprintf(at, "vllm:e2e_request_latency_seconds_sum{engine=\"0\",model_name=\"%.200s\"} %f\n", name, stats.latency_sum);
  pthread_mutex_unlock(&lock);
  http_answer(fd, 200, "text/plain; version=0.0.4; charset=utf-8", body);
  free(body);
}

static void list_models(int fd) {
  char body[2048];
  snprintf(body, sizeof body,
      "{\"object\":\"list\",\"data\":[{\"id\":\"%.500s\",\"object\":\"model\",\"created\":%ld,\"owned_by\":\"vllm\",\"root\":\"%.500s\","
      "\"parent\":null,\"max_model_len\":%d}]}",
      model_name(), (long)time(NULL), settings.model, settings.max_model_len);
  http_answer(fd, 200, "application/json", body);
}

static bool is_authorized(const struct http_request *request) {
  char expected[512];
  if (!settings.api_key) return true;
  snprintf(expected, sizeof expected, "Bearer %s", settings.api_key);
  return strcmp(request->authorization, expected) == 0;
}

static void route(int fd, const struct http_request *request) {
  const char *path = request->path;
  if (!is_loaded()) {
    /* The real server opens its port only when the model is loaded; a refusal to serve is as near as one port gets. */
    http_answer(fd, 503, "text/plain", "");
  } else if (!strcmp(path, "/health") || !strcmp(path, "/ping")) {
    http_answer(fd, 200, "text/plain", "");
  } else if (!strcmp(path, "/metrics")) {
    metrics(fd);
  } else if (!strcmp(path, "/version")) {
    http_answer(fd, 200, "application/json", "{\"version\":\"0.10.0\"}");
  } else if (!strncmp(path, "/v1/", 4) && !is_authorized(request)) {
    http_answer(fd, 401, "application/json", "{\"error\":\"Unauthorized\"}");
  } else if (!strcmp(path, "/v1/models")) {
    list_models(fd);
  } else if (!strcmp(path, "/v1/chat/completions")) {
    complete(fd, request->body, &chat_shape);
  } else if (!strcmp(path, "/v1/completions")) {
    complete(fd, request->body, &text_shape);
  } else {
    http_answer(fd, 404, "application/json", "{\"detail\":\"Not Found\"}");
  }
}

static int number_from_environment(const char *name, int otherwise) {
  const char *text = getenv(name);
  return text && *text ? atoi(text) : otherwise;
}

static void read_settings(int count, char **arguments) {
  settings.load_ms = number_from_environment("FLEET_LOAD_MS", settings.load_ms);
  settings.ttft_ms = number_from_environment("FLEET_TTFT_MS", settings.ttft_ms);
  settings.token_ms = number_from_environment("FLEET_TOKEN_MS", settings.token_ms);
  settings.tokens = number_from_environment("FLEET_TOKENS", settings.tokens);
  settings.fail_percent = number_from_environment("FLEET_FAIL_PERCENT", settings.fail_percent);
  settings.max_concurrent = number_from_environment("FLEET_MAX_CONCURRENT", settings.max_concurrent);
  settings.api_key = getenv("VLLM_API_KEY");
  for (int i = 1; i + 1 < count; i++) {
    if (!strcmp(arguments[i], "--model")) settings.model = arguments[i + 1];
    if (!strcmp(arguments[i], "--served-model-name")) settings.served_name = arguments[i + 1];
    if (!strcmp(arguments[i], "--port")) settings.port = atoi(arguments[i + 1]);
    if (!strcmp(arguments[i], "--api-key")) settings.api_key = arguments[i + 1];
    if (!strcmp(arguments[i], "--max-model-len")) settings.max_model_len = atoi(arguments[i + 1]);
  }
}

static void end(int number) { _exit(number == SIGTERM || number == SIGINT ? 0 : 1); }

static int curl(const char *address) {
  int port = 80;
  char path[256] = "/";
  if (sscanf(address, "http://%*[^:/]:%d%255s", &port, path) < 1) sscanf(address, "http://%*[^/]%255s", path);
  int status = http_ask(port, path);
  return status == 0 ? 7 : status >= 400 ? 22 : 0;
}

static bool is_called(const char *name, const char *wanted) {
  const char *slash = strrchr(name, '/');
  return !strcmp(slash ? slash + 1 : name, wanted);
}

int main(int count, char **arguments) {
  if (is_called(arguments[0], "curl")) return curl(arguments[count - 1]);
  read_settings(count, arguments);
  if (count > 1 && !strcmp(arguments[1], "--probe")) return http_ask(settings.port, "/health") != 200;
  started_at = now_seconds();
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, end);
  signal(SIGINT, end);
  printf("INFO:     stand-in for vLLM, model %s, port %d\n", model_name(), settings.port);
  fflush(stdout);
  return http_serve(settings.port, route);
}
