/* Just enough HTTP/1.1 for fakeLlm: one thread and one request per connection. */
#define MAX_REQUEST (4 << 20)

struct http_request {
  char method[16], path[256], authorization[512];
  const char *body;
};

/* Sends formatted text; false when the peer is gone. Pieces longer than the buffer are cut. */
static bool http_print(int fd, const char *format, ...) {
  char text[4096];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(text, sizeof text, format, values);
  va_end(values);
  if (length >= (int)sizeof text) length = sizeof text - 1;
  return send(fd, text, (size_t)length, MSG_NOSIGNAL) == length;
}

static const char *http_reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 500: return "Internal Server Error";
    default: return "Service Unavailable";
  }
}

/* Sends a whole answer; false when the peer is gone. */
static bool http_answer(int fd, int status, const char *type, const char *body) {
  size_t length = strlen(body), sent = 0;
  if (!http_print(fd, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", status,
                  http_reason(status), type, length)) return false;
  while (sent < length) {
    ssize_t more = send(fd, body + sent, length - sent, MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += (size_t)more;
  }
  return true;
}

static void http_header(const char *head, const char *name, char *value, size_t size) {
  value[0] = 0;
  const char *line = strcasestr(head, name);
  if (!line) return;
  line += strlen(name);
  while (*line == ' ') line++;
  size_t length = strcspn(line, "\r\n");
  snprintf(value, size, "%.*s", (int)length, line);
}

/* Reads one request into `buffer` of MAX_REQUEST bytes; false when it does not come whole. */
static bool http_read(int fd, char *buffer, struct http_request *request) {
  size_t have = 0;
  char *head_end = NULL;
  long body_length = 0;
  while (!head_end || have < (size_t)(head_end - buffer) + 4 + (size_t)body_length) {
    ssize_t more = recv(fd, buffer + have, MAX_REQUEST - 1 - have, 0);
    if (more <= 0) return false;
    have += (size_t)more;
    buffer[have] = 0;
    if (head_end || !(head_end = strstr(buffer, "\r\n\r\n"))) continue;
    char length[32];
    *head_end = 0;
    http_header(buffer, "\r\ncontent-length:", length, sizeof length);
    http_header(buffer, "\r\nauthorization:", request->authorization, sizeof request->authorization);
    if (sscanf(buffer, "%15s %255s", request->method, request->path) != 2) return false;
    body_length = atol(length);
  }
  request->path[strcspn(request->path, "?")] = 0;
  request->body = head_end + 4;
  return true;
}

typedef void (*http_route)(int fd, const struct http_request *request);

struct http_connection {
  int fd;
  http_route route;
};

static void *http_connection_thread(void *argument) {
  struct http_connection *connection = argument;
  char *buffer = malloc(MAX_REQUEST);
  struct http_request request;
  if (buffer && http_read(connection->fd, buffer, &request)) {
    printf("INFO:     \"%s %s HTTP/1.1\"\n", request.method, request.path);
    fflush(stdout);
    connection->route(connection->fd, &request);
  }
  shutdown(connection->fd, SHUT_WR);
  close(connection->fd);
  free(buffer);
  free(connection);
  return NULL;
}

/* Serves until a signal ends the process; returns 1 when the port cannot be had. */
static int http_serve(int port, http_route route) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 512)) {
    perror("bind");
    return 1;
  }
  pthread_attr_t detached;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&detached, 256 << 10);
  for (;;) {
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) continue;
    /* Tokens are tiny packets; Nagle's algorithm would send them in bunches. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct http_connection *connection = malloc(sizeof *connection);
    *connection = (struct http_connection){fd, route};
    pthread_t thread;
    if (pthread_create(&thread, &detached, http_connection_thread, connection)) {
      close(fd);
      free(connection);
    }
  }
}

/* 0 when a server on this port of this machine answers the path with 200. */
/* Asks an address of this machine: the status of the answer, or 0 where nobody answers. */
static int http_ask(int port, const char *path) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  char answer[64] = "";
  if (connect(fd, (struct sockaddr *)&address, sizeof address)) return 0;
  http_print(fd, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
  if (recv(fd, answer, sizeof answer - 1, 0) < 12) return 0;
  return atoi(answer + 9);
}
