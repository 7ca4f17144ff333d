/*
 * slowLink QUEUE DELAY_MS JITTER_MS LOSS_PERCENT
 *
 * Holds, and now and then drops, the packets that a netfilter queue hands over: network delay for kernels without netem.
 * Runs in a server's network namespace on what arrives there, so a round trip grows by the delay once. Prints `ready` when
 * the queue is open and ends with its parent.
 */
#include <arpa/inet.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

#define CAPACITY (1 << 16)

static struct {
  uint32_t id;
  double due_ms;
} held[CAPACITY];
static int first, count;
static double delay_ms, jitter_ms, loss_percent, last_due_ms;

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double random_unit(void) { return (double)rand() / RAND_MAX; }

static int on_packet(struct nfq_q_handle *queue, struct nfgenmsg *message, struct nfq_data *data, void *unused) {
  (void)message, (void)unused;
  uint32_t id = ntohl(nfq_get_msg_packet_hdr(data)->packet_id);
  if (random_unit() * 100 < loss_percent) return nfq_set_verdict(queue, id, NF_DROP, 0, NULL);
  /* A full store lets packets pass at once rather than losing what nobody asked to lose. */
  if (count == CAPACITY) return nfq_set_verdict(queue, id, NF_ACCEPT, 0, NULL);
  double due_ms = now_ms() + delay_ms + jitter_ms * (2 * random_unit() - 1);
  /* In order: a line that jitters does not overtake itself. */
  if (due_ms < last_due_ms) due_ms = last_due_ms;
  last_due_ms = due_ms;
  int place = (first + count++) % CAPACITY;
  held[place].id = id;
  held[place].due_ms = due_ms;
  return 0;
}

static void release_due(struct nfq_q_handle *queue) {
  double now = now_ms();
  while (count > 0 && held[first].due_ms <= now) {
    nfq_set_verdict(queue, held[first].id, NF_ACCEPT, 0, NULL);
    first = (first + 1) % CAPACITY;
    count--;
  }
}

int main(int argument_count, char **arguments) {
  if (argument_count != 5) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  delay_ms = atof(arguments[2]);
  jitter_ms = atof(arguments[3]);
  loss_percent = atof(arguments[4]);
  struct nfq_handle *handle = nfq_open();
  struct nfq_q_handle *queue = handle ? nfq_create_queue(handle, (uint16_t)atoi(arguments[1]), on_packet, NULL) : NULL;
  if (!queue) {
    perror("netfilter queue");
    return 1;
  }
  nfq_set_mode(queue, NFQNL_COPY_META, 0);
  /* Without GSO the kernel cuts large packets before it queues them, which costs throughput; on overflow let pass. */
  nfq_set_queue_flags(queue, NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN, NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN);
  nfq_set_queue_maxlen(queue, CAPACITY);
  int buffer_size = 8 << 20;
  setsockopt(nfq_fd(handle), SOL_SOCKET, SO_RCVBUFFORCE, &buffer_size, sizeof buffer_size);
  puts("ready");
  fflush(stdout);
  for (;;) {
    char buffer[8192];
    double wait_ms = count ? held[first].due_ms - now_ms() : -1;
    struct pollfd poll_fd = {nfq_fd(handle), POLLIN, 0};
    if (poll(&poll_fd, 1, count ? (wait_ms > 0 ? (int)wait_ms + 1 : 0) : -1) > 0) {
      ssize_t length = recv(poll_fd.fd, buffer, sizeof buffer, 0);
      if (length > 0) nfq_handle_packet(handle, buffer, (int)length);
    }
    release_due(queue);
  }
}
