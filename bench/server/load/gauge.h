/* What is measured with: time, quantiles, and what a server takes of the machine. */
#ifndef GAUGE_H
#define GAUGE_H

#include <stddef.h>
#include <sys/types.h>

#define MOST_SERVERS 16

/* Seconds by a clock that only rises. */
double now(void);

/* Says on stderr what is wrong with the run, and ends it: a run that is not right has no figures. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Times in seconds. */
struct times {
    double *all;
    size_t count, room;
};

void times_add(struct times *times, double seconds);

/* Prints `"NAME_p50": …, "NAME_p99": …`, in milliseconds. Sorts them. */
void times_print(struct times *times, const char *name);

/* The servers whose costs are counted. */
void watch(pid_t server);

/* Seconds of CPU that they have taken together, all their threads and what the kernel did for them. */
double cpu_taken(void);

/* The same of this process: near one second a second, the load is what limits. */
double own_cpu(void);

/* Bytes of memory that they hold together. */
double memory_held(void);

#endif
