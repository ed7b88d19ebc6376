/* The least a program can do that writes copies which survive a power cut: read, write, flush, rename.
 *
 * usage: copy-flush FROM TO plain|flush [THREADS]
 *   plain  read, write and rename each file
 *   flush  read, write, fdatasync, rename; the folder is flushed at the end
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 1 << 20, MOST_FILES = 1 << 20, MOST_THREADS = 64 };

static const char *from, *to;
static int flushes;
static char *names[MOST_FILES];
static int count;
static int next;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void copy_file(const char *name, char *buffer) {
  char source[4096], partial[4096], target[4096];
  snprintf(source, sizeof source, "%s/%s", from, name);
  snprintf(partial, sizeof partial, "%s/%s.part", to, name);
  snprintf(target, sizeof target, "%s/%s", to, name);
  int in = open(source, O_RDONLY);
  int out = open(partial, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (in < 0 || out < 0) fail(name);
  ssize_t got;
  while ((got = read(in, buffer, BUFFER)) > 0)
    if (write(out, buffer, got) != got) fail(partial);
  if (got < 0) fail(source);
  if (flushes && fdatasync(out) < 0) fail(partial);
  close(in);
  close(out);
  if (rename(partial, target) < 0) fail(target);
}

static void *copy_files(void *nothing) {
  char *buffer = malloc(BUFFER);
  if (buffer == NULL) fail("memory");
  for (;;) {
    int index = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED);
    if (index >= count) break;
    copy_file(names[index], buffer);
  }
  free(buffer);
  return nothing;
}

int main(int words, char **word) {
  if (words < 4) return 2;
  from = word[1];
  to = word[2];
  flushes = strcmp(word[3], "flush") == 0;
  int threads = words > 4 ? atoi(word[4]) : 1;
  if (threads < 1 || threads > MOST_THREADS) return 2;
  DIR *folder = opendir(from);
  if (folder == NULL) fail(from);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL && count < MOST_FILES;)
    if (entry->d_name[0] != '.') names[count++] = strdup(entry->d_name);
  closedir(folder);
  pthread_t running[MOST_THREADS];
  for (int i = 0; i < threads; i++)
    if (pthread_create(&running[i], NULL, copy_files, NULL) != 0) fail("thread");
  for (int i = 0; i < threads; i++) pthread_join(running[i], NULL);
  if (flushes) {
    int target = open(to, O_RDONLY | O_DIRECTORY);
    if (target < 0 || fsync(target) < 0) fail(to);
    close(target);
  }
  return 0;
}
