/*
 * The peer of the socket benchmarks: blocking, with one thread per connection, so that the
 * client is what is measured.
 *
 * Prints one line, `{"port":N,"idle":N}`, and exits at the end of its standard input. A client of `port` first sends a
 * letter and a length, eight bytes, little-endian:
 *   E  the peer echoes everything it receives
 *   S  the peer receives that many bytes, a multiple of 4,096, and replies with their digest, 16 bytes
 *   G  the peer sends that many bytes, each chunk of 64 KiB filled with the low byte of its index, and then shuts down
 *      its sending side
 *   C  the peer reads until the client ends the connection (one that ends without a header is closed too)
 * A datagram to `port` is echoed. Connections to `idle` are accepted and kept open.
 *
 * `peer receive PORT BYTES` runs a client instead: it requests that many bytes from another peer, discards them, and
 * prints the rate in megabytes per second.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { chunk = 65536, segment = 4096 };

static int read_all(int fd, uint8_t *to, size_t length) {
  while (length > 0) {
    ssize_t n = read(fd, to, length);
    if (n <= 0) return -1;
    to += n;
    length -= (size_t)n;
  }
  return 0;
}

static int write_all(int fd, const uint8_t *from, size_t length) {
  while (length > 0) {
    ssize_t n = write(fd, from, length);
    if (n <= 0) return -1;
    from += n;
    length -= (size_t)n;
  }
  return 0;
}

/*
 * Each segment has two sums, the second of which weights each word by its position. The segments are combined by
 * multiplications that depend on their order. The compiler vectorizes the sums.
 */
static void digest(uint32_t state[4], const uint8_t *data, size_t length) {
  for (const uint8_t *end = data + length; data < end; data += segment) {
    uint32_t sums[4] = {0, 0, 0, 0}, weighted[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < segment; i += 16) {
      uint32_t words[4];
      memcpy(words, data + i, 16);
      for (int lane = 0; lane < 4; lane++) {
        sums[lane] += words[lane];
        weighted[lane] += sums[lane];
      }
    }
    for (int lane = 0; lane < 4; lane++) {
      state[lane] = (state[lane] ^ sums[lane]) * 0x9e3779b1u;
      state[lane] = (state[lane] ^ weighted[lane]) * 0x9e3779b1u;
    }
  }
}

static void *serve(void *argument) {
  int fd = (int)(intptr_t)argument;
  uint8_t head[9];
  uint8_t *buffer = malloc(chunk + segment);
  if (buffer == NULL || read_all(fd, head, sizeof head) != 0) goto done;
  uint64_t length = 0;
  for (int i = 8; i > 0; i--) length = length << 8 | head[i];
  if (head[0] == 'E') {
    ssize_t n;
    while ((n = read(fd, buffer, chunk)) > 0)
      if (write_all(fd, buffer, (size_t)n) != 0) break;
  } else if (head[0] == 'S') {
    uint32_t state[4] = {0, 0, 0, 0};
    size_t kept = 0;
    while (length > 0) {
      ssize_t n = read(fd, buffer + kept, chunk);
      if (n <= 0) goto done;
      length -= (uint64_t)n;
      size_t have = kept + (size_t)n;
      size_t whole = have - have % segment;
      digest(state, buffer, whole);
      kept = have - whole;
      memmove(buffer, buffer + whole, kept);
    }
    write_all(fd, (uint8_t *)state, sizeof state);
    while (read(fd, buffer, chunk) > 0) {}
  } else if (head[0] == 'G') {
    for (uint64_t count = 0; length > 0; count++) {
      size_t n = length < chunk ? (size_t)length : chunk;
      memset(buffer, (int)(count & 0xff), n);
      if (write_all(fd, buffer, n) != 0) goto done;
      length -= n;
    }
    shutdown(fd, SHUT_WR);
    while (read(fd, buffer, chunk) > 0) {}
  } else {
    while (read(fd, buffer, chunk) > 0) {}
  }
done:
  free(buffer);
  close(fd);
  return NULL;
}

static int listener(uint16_t *port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};
  socklen_t size = sizeof address;
  if (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 4096) != 0) return -1;
  getsockname(fd, (struct sockaddr *)&address, &size);
  *port = ntohs(address.sin_port);
  return fd;
}

static void *keep_idle(void *argument) {
  int fd = (int)(intptr_t)argument;
  while (accept(fd, NULL, NULL) >= 0) {}
  return NULL;
}

static void *echo_datagrams(void *argument) {
  int fd = (int)(intptr_t)argument;
  static uint8_t buffer[chunk];
  for (;;) {
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    ssize_t n = recvfrom(fd, buffer, chunk, 0, (struct sockaddr *)&from, &size);
    if (n >= 0) sendto(fd, buffer, (size_t)n, 0, (struct sockaddr *)&from, size);
  }
  return NULL;
}

static void *accept_all(void *argument) {
  int fd = (int)(intptr_t)argument;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 65536);
  for (;;) {
    int connection = accept(fd, NULL, NULL);
    pthread_t thread;
    if (connection < 0) continue;
    if (pthread_create(&thread, &attributes, serve, (void *)(intptr_t)connection) != 0)
      close(connection);
  }
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int receive(uint16_t port, uint64_t length) {
  static uint8_t buffer[chunk];
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    perror("peer");
    return 1;
  }
  uint8_t head[9] = {'G'};
  for (int i = 0; i < 8; i++) head[i + 1] = (uint8_t)(length >> (8 * i));
  double start = now();
  if (write_all(fd, head, sizeof head) != 0) return 1;
  for (uint64_t left = length; left > 0;) {
    ssize_t n = read(fd, buffer, chunk);
    if (n <= 0) return 1;
    left -= (uint64_t)n;
  }
  printf("%f", (double)length / 1e6 / (now() - start));
  return 0;
}

int main(int count, char **arguments) {
  if (count == 4 && strcmp(arguments[1], "receive") == 0)
    return receive((uint16_t)atoi(arguments[2]), strtoull(arguments[3], NULL, 10));
  signal(SIGPIPE, SIG_IGN);
  uint16_t port = 0, idle_port = 0;
  int fd = listener(&port);
  int idle = listener(&idle_port);
  int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (fd < 0 || idle < 0 || bind(datagrams, (struct sockaddr *)&address, sizeof address) != 0) {
    perror("peer");
    return 1;
  }
  pthread_t threads[3];
  pthread_create(&threads[0], NULL, accept_all, (void *)(intptr_t)fd);
  pthread_create(&threads[1], NULL, keep_idle, (void *)(intptr_t)idle);
  pthread_create(&threads[2], NULL, echo_datagrams, (void *)(intptr_t)datagrams);
  printf("{\"port\":%u,\"idle\":%u}\n", port, idle_port);
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {}
  return 0;
}
