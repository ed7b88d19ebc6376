/* Runs a program to its end and says what it took.
 *
 * usage: run-measured REPORT PROGRAM [ARGUMENT...]
 *   REPORT  one line: seconds by the clock, seconds of processors (user and system, children too), peak KB
 * Ends as the program ended. Node gives no account of a child that has ended; wait4(2) does.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

int main(int count, char **words) {
  if (count < 3) return 2;
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  pid_t child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    execvp(words[2], words + 2);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) < 0) return 2;
  clock_gettime(CLOCK_MONOTONIC, &end);
  FILE *report = fopen(words[1], "w");
  if (report == NULL) return 2;
  double wall = (end.tv_sec - begin.tv_sec) + (end.tv_nsec - begin.tv_nsec) / 1e9;
  fprintf(report, "%.6f %.6f %ld\n", wall, seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
  if (fclose(report) != 0) return 2;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
