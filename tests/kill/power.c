/*
 * A disk that can lose its power and run full, for one flat folder of a process; loaded by LD_PRELOAD.
 *
 * The process writes to POWER_FOLDER as ever. What a power cut would leave of it is kept in POWER_DISK: a file's
 * bytes get there only when the file is flushed, its name (or the name's end) only when the folder is flushed.
 * What is not watched here (mapped memory, O_SYNC, sync) never gets there: the disk may be too strict, never too kind.
 * In POWER_DISK, `.N` holds the flushed bytes of the folder's file with inode N; a flushed name is a link to it.
 *
 * POWER_CONTROL is a file of four 64-bit integers, shared with the test: see `struct control`.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct control {
    _Atomic int64_t space;   /* bytes by which the folder's files may still grow; then ENOSPC */
    _Atomic int64_t fuse;    /* the process is killed instead of the fuse-th change or flush from now; 0: never */
    _Atomic int64_t writes;  /* changes seen */
    _Atomic int64_t flushes; /* flushes seen */
};

static const char *folder, *disk;
static struct control *control;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

static void die(const char *what) {
    fprintf(stderr, "power.c: %s: %s\n", what, strerror(errno));
    abort();
}

static const char *setting(const char *name) {
    const char *value = getenv(name);
    if (!value || !*value)
        die(name);
    return value;
}

__attribute__((constructor)) static void find_real(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");
}

static void start(void) {
    folder = setting("POWER_FOLDER");
    disk = setting("POWER_DISK");
    int file = open(setting("POWER_CONTROL"), O_RDWR);
    control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (control == MAP_FAILED)
        die("POWER_CONTROL");
    close(file);
}

/* A process that is told later which folder it is, as one that was forked may be, begins then. */
static bool is_on(void) {
    static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&starting);
    if (!control && getenv("POWER_FOLDER"))
        start();
    pthread_mutex_unlock(&starting);
    return control;
}

/* Which file or folder is meant */

static bool is_in_folder(const char *path) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/' && !strchr(path + length + 1, '/');
}

static bool read_path(int fd, char path[PATH_MAX]) {
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = '\0';
    return length > 0;
}

static bool is_file(int fd) {
    char path[PATH_MAX];
    struct stat status;
    int before = errno;
    bool found = is_on() && read_path(fd, path) && is_in_folder(path) && fstat(fd, &status) == 0 &&
                 S_ISREG(status.st_mode) && status.st_nlink > 0;
    errno = before;
    return found;
}

static bool names_file(const char *path) {
    int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    bool found = fd >= 0 && is_file(fd);
    if (fd >= 0)
        close(fd);
    return found;
}

static bool is_folder(int fd) {
    char path[PATH_MAX];
    return is_on() && read_path(fd, path) && strcmp(path, folder) == 0;
}

static void name_bytes(char path[PATH_MAX], ino_t inode) {
    snprintf(path, PATH_MAX, "%s/.%llu", disk, (unsigned long long)inode);
}

static void name_entry(char path[PATH_MAX], const char *name) {
    if (snprintf(path, PATH_MAX, "%s/%s", disk, name) >= PATH_MAX)
        die(name);
}

/* What happens to them */

static void count(_Atomic int64_t *seen) {
    ++*seen;
    if (control->fuse > 0 && --control->fuse == 0)
        kill(getpid(), SIGKILL);
}

/* How many of these bytes the disk has space for; the others are refused. */
static size_t take_space(int fd, off_t at, size_t bytes) {
    struct stat status;
    if (fstat(fd, &status) != 0)
        die("fstat");
    int64_t growth = at + (int64_t)bytes - status.st_size;
    if (growth <= 0)
        return bytes;
    int64_t space = control->space > 0 ? control->space : 0;
    int64_t refused = growth > space ? growth - space : 0;
    if (refused >= (int64_t)bytes)
        return 0;
    control->space -= growth - refused;
    return bytes - (size_t)refused;
}

static ssize_t write_some(int fd, const void *data, size_t bytes, off_t at) {
    count(&control->writes);
    size_t granted = take_space(fd, at, bytes);
    if (granted == 0 && bytes > 0) {
        errno = ENOSPC;
        return -1;
    }
    return real_pwrite(fd, data, granted, at);
}

/* Reads through the process's own descriptor: closing another one of the file would drop SQLite's locks on it. */
static void copy_bytes(int from, int to, off_t size) {
    static char block[1 << 16];
    for (off_t at = 0; at < size;) {
        ssize_t got = pread(from, block, sizeof block, at);
        if (got == 0)
            break;
        if (got < 0 || real_pwrite(to, block, (size_t)got, at) != got)
            die("cannot copy what is flushed");
        at += got;
    }
}

static void flush_bytes(int fd) {
    char path[PATH_MAX];
    struct stat status;
    if (fstat(fd, &status) != 0)
        die("fstat");
    name_bytes(path, status.st_ino);
    int to = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (to < 0)
        die(path);
    copy_bytes(fd, to, status.st_size);
    if (real_ftruncate(to, status.st_size) != 0)
        die(path);
    close(to);
}

/* A name stands for the bytes that were flushed; without any, for an empty file. */
static void flush_name(const char *name, ino_t inode) {
    char bytes[PATH_MAX], entry[PATH_MAX], fresh[PATH_MAX];
    name_bytes(bytes, inode);
    name_entry(entry, name);
    name_entry(fresh, ".name");
    int file = open(bytes, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || close(file) != 0 || link(bytes, fresh) != 0 || real_rename(fresh, entry) != 0)
        die(entry);
    real_unlink(fresh); /* renaming one link of a file to another leaves both */
}

static void each_file(const char *path, void (*act)(const char *, ino_t)) {
    DIR *entries = opendir(path);
    struct dirent *entry;
    struct stat status;
    if (!entries)
        die(path);
    while ((entry = readdir(entries)))
        if (entry->d_name[0] != '.' && fstatat(dirfd(entries), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode))
            act(entry->d_name, status.st_ino);
    closedir(entries);
}

static void forget_gone_name(const char *name, ino_t inode) {
    (void)inode;
    char path[PATH_MAX];
    if (snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX && access(path, F_OK) == 0)
        return;
    name_entry(path, name);
    real_unlink(path);
}

static void flush_names(void) {
    each_file(folder, flush_name);
    each_file(disk, forget_gone_name);
}

/* An inode may serve another file soon: its flushed bytes then belong to the flushed name alone. */
static void forget_inode_of(const char *path) {
    char bytes[PATH_MAX];
    struct stat status;
    if (lstat(path, &status) == 0 && status.st_nlink == 1) {
        name_bytes(bytes, status.st_ino);
        real_unlink(bytes);
    }
}

/* What the process calls */

static int flush(int fd, const char *name) {
    bool file = is_file(fd);
    if (!file && !is_folder(fd))
        return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
    pthread_mutex_lock(&turn);
    count(&control->flushes);
    if (file)
        flush_bytes(fd);
    else
        flush_names();
    pthread_mutex_unlock(&turn);
    return 0;
}

int fsync(int fd) { return flush(fd, "fsync"); }

int fdatasync(int fd) { return flush(fd, "fdatasync"); }

ssize_t pwrite64(int fd, const void *data, size_t bytes, off_t at) {
    if (!is_file(fd))
        return real_pwrite(fd, data, bytes, at);
    pthread_mutex_lock(&turn);
    ssize_t written = write_some(fd, data, bytes, at);
    pthread_mutex_unlock(&turn);
    return written;
}

ssize_t pwrite(int fd, const void *data, size_t bytes, off_t at) { return pwrite64(fd, data, bytes, at); }

ssize_t write(int fd, const void *data, size_t bytes) {
    if (!is_file(fd))
        return real_write(fd, data, bytes);
    pthread_mutex_lock(&turn);
    int whence = fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR;
    off_t at = lseek(fd, 0, whence);
    ssize_t written = write_some(fd, data, bytes, at);
    if (written > 0)
        lseek(fd, at + written, SEEK_SET);
    pthread_mutex_unlock(&turn);
    return written;
}

int ftruncate64(int fd, off_t size) {
    if (!is_file(fd))
        return real_ftruncate(fd, size);
    pthread_mutex_lock(&turn);
    count(&control->writes);
    bool granted = size == 0 || take_space(fd, size - 1, 1) == 1;
    int outcome = granted ? real_ftruncate(fd, size) : -1;
    if (!granted)
        errno = ENOSPC;
    pthread_mutex_unlock(&turn);
    return outcome;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int unlink(const char *path) {
    if (!names_file(path))
        return real_unlink(path);
    pthread_mutex_lock(&turn);
    count(&control->writes);
    forget_inode_of(path);
    int outcome = real_unlink(path);
    pthread_mutex_unlock(&turn);
    return outcome;
}

int rename(const char *from, const char *to) {
    if (!names_file(from))
        return real_rename(from, to);
    pthread_mutex_lock(&turn);
    count(&control->writes);
    forget_inode_of(to);
    int outcome = real_rename(from, to);
    pthread_mutex_unlock(&turn);
    return outcome;
}
