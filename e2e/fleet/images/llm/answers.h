/* Fixed answers, and the little of JSON that a request has to be asked for. */

/* Position after `"key"` and its colon, or NULL. Good enough for requests that tests write; not a parser. */
static const char *json_value(const char *body, const char *key) {
  char quoted[64];
  snprintf(quoted, sizeof quoted, "\"%s\"", key);
  for (const char *at = strstr(body, quoted); at; at = strstr(at + 1, quoted)) {
    const char *value = at + strlen(quoted);
    while (*value == ' ' || *value == '\n') value++;
    if (*value != ':') continue;
    value++;
    while (*value == ' ' || *value == '\n') value++;
    return value;
  }
  return NULL;
}

static long json_number(const char *body, const char *key, long otherwise) {
  const char *value = json_value(body, key);
  return value && *value >= '0' && *value <= '9' ? atol(value) : otherwise;
}

static bool json_true(const char *body, const char *key) {
  const char *value = json_value(body, key);
  return value && !strncmp(value, "true", 4);
}

static bool json_text(const char *body, const char *key, char *text, size_t size) {
  const char *value = json_value(body, key);
  if (!value || *value != '"') return false;
  snprintf(text, size, "%.*s", (int)strcspn(value + 1, "\""), value + 1);
  return true;
}

/* `known` is one text whose words are the tokens; without it the answer is counted words. */
struct answer {
  const char *known;
  long count;
  bool cut;
};

/* The same questions and answers as of the other stand-ins, so that one test can drive each of them. */
static const struct {
  const char *question, *answer;
} known_answers[] = {
  {"ping", "pong"},
  {"2+2", "4"},
  {"capital of france", "Paris"},
  {"hello", "Hello! How can I help you?"},
};

static long count_words(const char *text) {
  long count = 1;
  for (; *text; text++) count += *text == ' ';
  return count;
}

/* Chooses the answer to a request; a limit below zero is none. */
static void choose_answer(struct answer *answer, const char *body, long default_words, long limit) {
  const char *asked = json_value(body, "messages");
  if (!asked) asked = json_value(body, "prompt");
  *answer = (struct answer){NULL, default_words, false};
  for (size_t i = 0; asked && i < sizeof known_answers / sizeof known_answers[0]; i++) {
    if (!strcasestr(asked, known_answers[i].question)) continue;
    answer->known = known_answers[i].answer;
    answer->count = count_words(answer->known);
    break;
  }
  answer->cut = limit >= 0 && limit < answer->count;
  if (answer->cut) answer->count = limit;
}

/* Writes the word at `index`, with the space that comes before it. */
static void answer_word(const struct answer *answer, long index, char *word, size_t size) {
  const char *space = index ? " " : "";
  if (!answer->known) {
    snprintf(word, size, "%sword%ld", space, index);
    return;
  }
  const char *at = answer->known;
  for (long i = 0; i < index; i++) at = strchr(at, ' ') + 1;
  snprintf(word, size, "%s%.*s", space, (int)strcspn(at, " "), at);
}
