/* The least a C-STORE receiver can do, as a yardstick: a thread for each association, a file for each object.
 *
 * usage: store-sink FOLDER plain|flush
 *   plain  write and rename
 *   flush  write, fdatasync, rename, fsync of the folder; then the answer
 * Listens on a free port of 127.0.0.1, prints it, and runs until it is killed. It believes its peer: nothing
 * but the bench may talk to it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ASSOCIATE_RQ = 1, ASSOCIATE_AC = 2, DATA_TF = 4, RELEASE_RQ = 5, RELEASE_RP = 6 };
enum { MAX_PDU = 131072, BUFFER = 262144, FIXED = 68, UID = 64, COMMAND = 2048 };
enum { COMMAND_BIT = 1, LAST_BIT = 2 };

typedef unsigned char byte;

static const char *folder;
static int folder_fd;
static int flushes;

struct association {
  int socket;
  byte *buffer;
  size_t start, end;
  char syntax[256][UID + 1];
  byte command[COMMAND];
  size_t command_length;
  unsigned message_id;
  char class_uid[UID + 1], instance_uid[UID + 1];
  int file;
  char part_path[512], final_path[512];
};

static unsigned be16(const byte *at) { return at[0] << 8 | at[1]; }
static uint32_t be32(const byte *at) { return (uint32_t)be16(at) << 16 | be16(at + 2); }
static unsigned le16(const byte *at) { return at[1] << 8 | at[0]; }
static uint32_t le32(const byte *at) { return (uint32_t)le16(at + 2) << 16 | le16(at); }
static void put_be16(byte *at, unsigned value) { at[0] = value >> 8, at[1] = value; }
static void put_be32(byte *at, uint32_t value) { put_be16(at, value >> 16), put_be16(at + 2, value); }
static void put_le16(byte *at, unsigned value) { at[0] = value, at[1] = value >> 8; }
static void put_le32(byte *at, uint32_t value) { put_le16(at, value), put_le16(at + 2, value >> 16); }

static int write_all(int fd, const byte *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written <= 0) return -1;
    bytes += written;
    length -= written;
  }
  return 0;
}

static int refill(struct association *a) {
  if (a->start > 0) {
    memmove(a->buffer, a->buffer + a->start, a->end - a->start);
    a->end -= a->start;
    a->start = 0;
  }
  ssize_t got = read(a->socket, a->buffer + a->end, BUFFER - a->end);
  if (got <= 0) return -1;
  a->end += got;
  return 0;
}

/* Waits for `length` bytes in one piece and steps over them; NULL at the end of the connection. */
static byte *take(struct association *a, size_t length) {
  if (length > BUFFER) return NULL;
  while (a->end - a->start < length)
    if (refill(a)) return NULL;
  a->start += length;
  return a->buffer + a->start - length;
}

static byte *put_item(byte *at, int type, const void *value, unsigned length) {
  at[0] = type, at[1] = 0;
  put_be16(at + 2, length);
  memcpy(at + 4, value, length);
  return at + 4 + length;
}

/* Accepts every context in its first transfer syntax. */
static byte *answer_context(struct association *a, const byte *item, byte *out) {
  const byte *end = item + 4 + be16(item + 2);
  byte id = item[4];
  for (const byte *sub = item + 8; sub < end; sub += 4 + be16(sub + 2)) {
    unsigned length = be16(sub + 2);
    if (sub[0] != 0x40 || a->syntax[id][0] || length > UID) continue;
    memcpy(a->syntax[id], sub + 4, length);
  }
  byte body[4 + 4 + UID] = {id};
  byte *after = put_item(body + 4, 0x40, a->syntax[id], strlen(a->syntax[id]));
  return put_item(out, 0x21, body, after - body);
}

static int answer_associate(struct association *a, const byte *request, uint32_t length) {
  byte *answer = calloc(1, 4096 + 2 * (size_t)length);
  byte *out = answer + 6 + FIXED;
  answer[0] = ASSOCIATE_AC;
  memcpy(answer + 6, request, FIXED);
  out = put_item(out, 0x10, "1.2.840.10008.3.1.1.1", 21);
  for (const byte *item = request + FIXED; item < request + length; item += 4 + be16(item + 2))
    if (item[0] == 0x20) out = answer_context(a, item, out);
  byte user[64], max_pdu[4];
  put_be32(max_pdu, MAX_PDU);
  byte *after = put_item(user, 0x51, max_pdu, 4);
  after = put_item(after, 0x52, "2.25.1", 6);
  out = put_item(out, 0x50, user, after - user);
  put_be32(answer + 2, out - answer - 6);
  int failed = write_all(a->socket, answer, out - answer);
  free(answer);
  return failed;
}

static void read_uid(char *to, const byte *value, uint32_t length) {
  if (length > UID) length = UID;
  memcpy(to, value, length);
  to[length] = 0;
  if (to[strspn(to, "0123456789.")] != 0) to[0] = 0;
}

static int read_command(struct association *a) {
  int field = -1;
  for (size_t at = 0; at + 8 <= a->command_length;) {
    const byte *element = a->command + at, *value = element + 8;
    uint32_t length = le32(element + 4);
    if (length > a->command_length - at - 8) return -1;
    switch (le16(element + 2)) {
      case 0x0002: read_uid(a->class_uid, value, length); break;
      case 0x0100: field = le16(value); break;
      case 0x0110: a->message_id = le16(value); break;
      case 0x1000: read_uid(a->instance_uid, value, length); break;
    }
    at += 8 + length;
  }
  a->command_length = 0;
  return field;
}

static byte *put_meta(byte *at, unsigned element, const char *uid) {
  unsigned length = strlen(uid), even = (length + 1) & ~1u;
  put_le16(at, 2), put_le16(at + 2, element);
  memcpy(at + 4, "UI", 2);
  put_le16(at + 6, even);
  memset(at + 8, 0, even);
  memcpy(at + 8, uid, length);
  return at + 8 + even;
}

static int open_file(struct association *a, byte context) {
  snprintf(a->part_path, sizeof a->part_path, "%s/%s.part", folder, a->instance_uid);
  snprintf(a->final_path, sizeof a->final_path, "%s/%s.dcm", folder, a->instance_uid);
  a->file = open(a->part_path, O_CREAT | O_EXCL | O_WRONLY, 0600);
  if (a->file < 0) return -1;
  byte head[640] = {0};
  byte *length = head + 132, *meta = head + 144;
  memcpy(head + 128, "DICM", 4);
  byte *out = put_meta(meta, 0x0002, a->class_uid);
  out = put_meta(out, 0x0003, a->instance_uid);
  out = put_meta(out, 0x0010, a->syntax[context]);
  out = put_meta(out, 0x0012, "2.25.1");
  put_le16(length, 2);
  memcpy(length + 4, "UL", 2);
  put_le16(length + 6, 4);
  put_le32(length + 8, out - meta);
  return write_all(a->file, head, out - head);
}

static int keep_file(struct association *a) {
  if (flushes && fdatasync(a->file)) return -1;
  int failed = close(a->file);
  a->file = -1;
  if (failed || rename(a->part_path, a->final_path)) return -1;
  return flushes ? fsync(folder_fd) : 0;
}

static byte *put_number(byte *at, unsigned element, unsigned value) {
  memset(at, 0, 10);
  put_le16(at + 2, element), put_le32(at + 4, 2), put_le16(at + 8, value);
  return at + 10;
}

static byte *put_uid(byte *at, unsigned element, const char *uid) {
  unsigned length = strlen(uid), even = (length + 1) & ~1u;
  memset(at, 0, 8 + even);
  put_le16(at + 2, element), put_le32(at + 4, even);
  memcpy(at + 8, uid, length);
  return at + 8 + even;
}

static int answer_store(struct association *a, byte context) {
  byte answer[512] = {DATA_TF};
  byte *group = answer + 12, *out = group + 12;
  out = put_uid(out, 0x0002, a->class_uid);
  out = put_number(out, 0x0100, 0x8001);
  out = put_number(out, 0x0120, a->message_id);
  out = put_number(out, 0x0800, 0x0101);
  out = put_number(out, 0x0900, 0);
  out = put_uid(out, 0x1000, a->instance_uid);
  put_le32(group + 4, 4), put_le32(group + 8, out - group - 12);
  put_be32(answer + 2, out - answer - 6), put_be32(answer + 6, out - answer - 10);
  answer[10] = context, answer[11] = COMMAND_BIT | LAST_BIT;
  return write_all(a->socket, answer, out - answer);
}

static int command_bytes(struct association *a, byte context, byte control, uint32_t length) {
  const byte *bytes = take(a, length);
  if (!bytes || a->command_length + length > COMMAND) return -1;
  memcpy(a->command + a->command_length, bytes, length);
  a->command_length += length;
  if (!(control & LAST_BIT)) return 0;
  return read_command(a) == 1 && a->instance_uid[0] ? open_file(a, context) : -1;
}

static int data_bytes(struct association *a, byte context, byte control, uint32_t length) {
  if (a->file < 0) return -1;
  while (length > 0) {
    if (a->start == a->end && refill(a)) return -1;
    size_t part = a->end - a->start < length ? a->end - a->start : length;
    if (write_all(a->file, take(a, part), part)) return -1;
    length -= part;
  }
  if (!(control & LAST_BIT)) return 0;
  return keep_file(a) || answer_store(a, context) ? -1 : 0;
}

static int data_pdu(struct association *a, uint32_t left) {
  while (left > 0) {
    const byte *header = take(a, 6);
    if (!header || be32(header) < 2 || be32(header) + 4 > left) return -1;
    uint32_t length = be32(header) - 2;
    byte context = header[4], control = header[5];
    left -= 6 + length;
    int is_command = control & COMMAND_BIT;
    if (is_command ? command_bytes(a, context, control, length) : data_bytes(a, context, control, length))
      return -1;
  }
  return 0;
}

static void *serve(void *argument) {
  struct association *a = argument;
  for (const byte *header; (header = take(a, 6)) != NULL;) {
    int type = header[0];
    uint32_t length = be32(header + 2);
    if (type == DATA_TF && data_pdu(a, length) == 0) continue;
    const byte *body = type == ASSOCIATE_RQ || type == RELEASE_RQ ? take(a, length) : NULL;
    if (!body) break;
    if (type == ASSOCIATE_RQ && length > FIXED && answer_associate(a, body, length) == 0) continue;
    byte release[10] = {RELEASE_RP, 0, 0, 0, 0, 4};
    if (type == RELEASE_RQ) write_all(a->socket, release, sizeof release);
    break;
  }
  if (a->file >= 0) close(a->file);
  close(a->socket);
  free(a->buffer);
  free(a);
  return NULL;
}

static void start_association(int socket) {
  int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct association *a = calloc(1, sizeof *a);
  a->socket = socket;
  a->file = -1;
  a->buffer = malloc(BUFFER);
  pthread_t thread;
  if (pthread_create(&thread, NULL, serve, a)) exit(1);
  pthread_detach(thread);
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  folder = arguments[1];
  flushes = strcmp(arguments[2], "flush") == 0;
  folder_fd = open(folder, O_RDONLY | O_DIRECTORY);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (folder_fd < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 511)) {
    perror("store-sink");
    return 1;
  }
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int socket = accept(listener, NULL, NULL);
    if (socket >= 0) start_association(socket);
  }
}
