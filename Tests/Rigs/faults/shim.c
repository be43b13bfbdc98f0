// SPDX-License-Identifier: Apache-2.0
// Stands between a program and the disk (LD_PRELOAD): logs writes and syncs of the files below one folder in their order, and
// makes them fail, stall or kill on request. Built and driven by Tests/Rigs/rig/shim.py.
//
//   SHIM_FOLDER   files below it are watched
//   SHIM_LOG      log of operations; not set: none
//   SHIM_CONTROL  a page that the driver maps and writes while the program runs; see struct control
//
// A log record is struct record, then `length` bytes for WRITE and NAME.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { NAME = 1, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END, UNLINK, RENAME };

struct record { uint32_t what, file; uint64_t offset, length, at_ns; int64_t result; };

// All counters count down to zero and then act once; -1: never. Times in milliseconds.
struct control {
    _Atomic int64_t fail_sync_in, fail_sync_errno;
    _Atomic int64_t fail_write_in, fail_write_errno;
    _Atomic int64_t stall_sync_ms;
    _Atomic int64_t stall_sync_left;      // how many syncs stall; -1: all
    _Atomic int64_t syncs, writes;        // counted here
    _Atomic int64_t short_write_in;       // the write keeps its first half
    char trap_mark[64];                   // a write to a watched log that holds these bytes ends the process as a trap does
};

enum { FDS = 65536 };
static _Atomic uint32_t watched[FDS];
static _Atomic int is_log[FDS];  // SQLite's write-ahead log
static _Atomic uint32_t files = 0;
static struct control none = {-1, 0, -1, 0, 0, 0, 0, 0, -1, ""}, *control = &none;
static char folder[4096];
static size_t folder_length = 0;
static int log_fd = -1;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SHIM_FOLDER"), *log = getenv("SHIM_LOG"), *page = getenv("SHIM_CONTROL");
    if (path) {
        strncpy(folder, path, sizeof folder - 1);
        folder_length = strlen(folder);
    }
    if (log) log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (page) {
        int fd = (int)syscall(SYS_openat, AT_FDCWD, page, O_RDWR | O_CLOEXEC);
        void *mapped = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (mapped != MAP_FAILED) control = mapped;
    }
}

static void note(uint32_t what, uint32_t file, uint64_t offset, const void *data, uint64_t length, int64_t result) {
    if (log_fd < 0) return;
    struct record r = {what, file, offset, length, now_ns(), result};
    pthread_mutex_lock(&log_lock);
    syscall(SYS_write, log_fd, &r, sizeof r);
    if (data && length) syscall(SYS_write, log_fd, data, length);
    pthread_mutex_unlock(&log_lock);
}

static int is_below(const char *path) { return path && folder_length && strncmp(path, folder, folder_length) == 0; }

static int opened(int fd, const char *path, int flags) {
    if (fd < 0 || fd >= FDS) return fd;
    watched[fd] = 0;
    if ((flags & O_ACCMODE) == O_RDONLY || !is_below(path)) return fd;
    uint32_t id = atomic_fetch_add(&files, 1) + 1;
    watched[fd] = id;
    size_t length = strlen(path);
    is_log[fd] = length > 4 && strcmp(path + length - 4, "-wal") == 0;
    note(NAME, id, (uint64_t)lseek(fd, 0, SEEK_END), path, strlen(path), flags & O_TRUNC ? 1 : 0);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static uint32_t file_of(int fd) { return fd >= 0 && fd < FDS ? watched[fd] : 0; }

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
#define MODE_OF(flags, last) mode_t mode = 0; if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list a; va_start(a, last); mode = va_arg(a, mode_t); va_end(a); }

int open(const char *path, int flags, ...) { REAL(open); MODE_OF(flags, flags) return opened(real(path, flags, mode), path, flags); }
int open64(const char *path, int flags, ...) { REAL(open64); MODE_OF(flags, flags) return opened(real(path, flags, mode), path, flags); }
int openat(int at, const char *path, int flags, ...) { REAL(openat); MODE_OF(flags, flags) return opened(real(at, path, flags, mode), path, flags); }
int openat64(int at, const char *path, int flags, ...) { REAL(openat64); MODE_OF(flags, flags) return opened(real(at, path, flags, mode), path, flags); }
int close(int fd) { REAL(close); if (fd >= 0 && fd < FDS) watched[fd] = 0; return real(fd); }

// One count down to zero; whether it is our turn.
static int strikes(_Atomic int64_t *counter) { return *counter >= 0 && atomic_fetch_sub(counter, 1) == 0; }

// The bytes that may be written: all, half, or none with errno set (-1).
static ssize_t allowed(int fd, const void *data, size_t length) {
    atomic_fetch_add(&control->writes, 1);
    size_t mark = strnlen(control->trap_mark, sizeof control->trap_mark);
    if (mark && is_log[fd] && memmem(data, length, control->trap_mark, mark)) raise(SIGILL);
    if (strikes(&control->fail_write_in)) { errno = (int)control->fail_write_errno; return -1; }
    if (strikes(&control->short_write_in)) return (ssize_t)(length / 2);
    return (ssize_t)length;
}

#define PWRITE(name, kind) \
    ssize_t name(int fd, const void *data, size_t length, kind offset) { \
        REAL(name); uint32_t file = file_of(fd); \
        if (!file) return real(fd, data, length, offset); \
        ssize_t may = allowed(fd, data, length); \
        if (may < 0) return -1; \
        ssize_t done = real(fd, data, (size_t)may, offset); \
        if (done > 0) note(WRITE, file, (uint64_t)offset, data, (uint64_t)done, done); \
        return done; \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *data, size_t length) {
    REAL(write);
    uint32_t file = file_of(fd);
    if (!file) return real(fd, data, length);
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t may = allowed(fd, data, length);
    if (may < 0) return -1;
    ssize_t done = real(fd, data, (size_t)may);
    if (done > 0) note(WRITE, file, (uint64_t)at, data, (uint64_t)done, done);
    return done;
}

#define TRUNCATE_TO(name, kind) \
    int name(int fd, kind length) { \
        REAL(name); int done = real(fd, length); uint32_t file = file_of(fd); \
        if (file && done == 0) note(TRUNCATE, file, (uint64_t)length, NULL, 0, done); \
        return done; \
    }
TRUNCATE_TO(ftruncate, off_t)
TRUNCATE_TO(ftruncate64, off64_t)

static int synced(int fd, int (*real)(int)) {
    uint32_t file = file_of(fd);
    if (!file) return real(fd);
    atomic_fetch_add(&control->syncs, 1);
    note(SYNC_BEGIN, file, 0, NULL, 0, 0);
    int64_t stall = control->stall_sync_ms;
    if (stall > 0 && control->stall_sync_left != 0) {
        if (control->stall_sync_left > 0) atomic_fetch_sub(&control->stall_sync_left, 1);
        struct timespec t = {stall / 1000, (stall % 1000) * 1000000};
        nanosleep(&t, NULL);
    }
    if (strikes(&control->fail_sync_in)) { errno = (int)control->fail_sync_errno; note(SYNC_END, file, 0, NULL, 0, -1); return -1; }
    int done = real(fd);
    note(SYNC_END, file, 0, NULL, 0, done);
    return done;
}
int fdatasync(int fd) { REAL(fdatasync); return synced(fd, real); }
int fsync(int fd) { REAL(fsync); return synced(fd, real); }

int unlink(const char *path) {
    REAL(unlink);
    int done = real(path);
    if (done == 0 && is_below(path)) note(UNLINK, 0, 0, path, strlen(path), 0);
    return done;
}
int rename(const char *from, const char *to) {
    REAL(rename);
    int done = real(from, to);
    if (done == 0 && is_below(to)) {
        char both[8192];
        size_t a = strnlen(from, 4095), b = strnlen(to, 4095);
        memcpy(both, from, a); both[a] = 0; memcpy(both + a + 1, to, b);
        note(RENAME, 0, 0, both, a + 1 + b, 0);
    }
    return done;
}
