#define _GNU_SOURCE
#include "gauge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pid_t servers[MOST_SERVERS];
static clockid_t clocks[MOST_SERVERS];
static int watched;

static double read_clock(clockid_t id) {
    struct timespec at;
    if (clock_gettime(id, &at) != 0)
        fail("a clock cannot be read: has the server ended?");
    return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

double now(void) { return read_clock(CLOCK_MONOTONIC); }

void fail(const char *format, ...) {
    va_list values;
    va_start(values, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
    exit(1);
}

void times_add(struct times *times, double seconds) {
    if (times->count == times->room) {
        times->room = times->room ? 2 * times->room : 4096;
        times->all = realloc(times->all, times->room * sizeof *times->all);
        if (!times->all)
            fail("no memory for times");
    }
    times->all[times->count++] = seconds;
}

static int compare(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

void times_print(struct times *times, const char *name) {
    if (!times->count) {
        printf("\"%s_p50\": null, \"%s_p99\": null", name, name);
        return;
    }
    qsort(times->all, times->count, sizeof *times->all, compare);
    printf("\"%s_p50\": %.4f, \"%s_p99\": %.4f", name, times->all[times->count / 2] * 1e3, name,
           times->all[times->count * 99 / 100] * 1e3);
}

void watch(pid_t server) {
    if (watched == MOST_SERVERS || clock_getcpuclockid(server, &clocks[watched]) != 0)
        fail("process %d cannot be watched", (int)server);
    servers[watched++] = server;
}

double cpu_taken(void) {
    double taken = 0;
    for (int i = 0; i < watched; i++)
        taken += read_clock(clocks[i]);
    return taken;
}

double own_cpu(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

double memory_held(void) {
    double held = 0;
    for (int i = 0; i < watched; i++) {
        char path[64];
        long pages;
        snprintf(path, sizeof path, "/proc/%d/statm", (int)servers[i]);
        FILE *file = fopen(path, "r");
        if (!file || fscanf(file, "%*d %ld", &pages) != 1)
            fail("%s cannot be read", path);
        fclose(file);
        held += (double)pages * (double)sysconf(_SC_PAGESIZE);
    }
    return held;
}
