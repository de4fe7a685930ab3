/* A disk that takes SLOW_FLUSH milliseconds longer for every flush; loaded by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int flush(int fd, const char *name) {
    const char *given = getenv("SLOW_FLUSH");
    struct timespec wait = {0, (given ? atol(given) : 0) * 1000000};
    int outcome = ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
    nanosleep(&wait, NULL);
    return outcome;
}

int fsync(int fd) { return flush(fd, "fsync"); }

int fdatasync(int fd) { return flush(fd, "fdatasync"); }
