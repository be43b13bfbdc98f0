// SPDX-License-Identifier: Apache-2.0
// Load generator: sends prebuilt HTTP/1.1 requests over kept-alive connections and says how long the answers took.
//
//   load --port N --file F [--connections N] [--group N] [--rate N] [--limit SECONDS] [--retry 1]
//
// The file holds records: a 32-bit length (little endian), then the request's bytes. Each run of `group` records (one
// call's events) goes over one connection in order. Without --rate every connection sends as soon as it is answered
// (closed loop). With --rate the k-th group is due k/rate seconds after the start, and its time counts from then, whether
// or not a connection was free (open loop), so that a stall of the server is not hidden by a generator that waits.
// With --retry a request that is answered 503 is sent again, as a PBX does.
//
// Prints one JSON object: counts by status, requests a second, percentiles in microseconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MAX = 65536, EVENTS_MAX = 1024 };

typedef struct {
    const char *bytes;
    uint32_t length;
} Record;

typedef struct {
    int fd;
    size_t next, end;        // records of the group in hand
    size_t sent;             // of the request in flight
    uint64_t begun;          // when it was due, ns
    uint64_t started;        // when it was sent, ns
    size_t filled;           // of the answer
    char answer[ANSWER_MAX];
} Connection;

static Record *records;
static size_t record_count, group = 1, group_next, group_count;
static uint32_t *latencies; // us
static size_t done;
static uint32_t *refusals;  // us from sending to a 503
static size_t refused;
static uint64_t statuses[600], broken;
static int port, epoll_fd;
static double rate;
static int retries_503;
static uint64_t start_ns;

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static void load_file(const char *path) {
    int fd = open(path, O_RDONLY);
    struct stat s;
    if (fd < 0 || fstat(fd, &s)) fail(path);
    const char *bytes = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (bytes == MAP_FAILED) fail("mmap");
    size_t room = 1024;
    records = malloc(room * sizeof *records);
    for (size_t at = 0; at + 4 <= (size_t)s.st_size;) {
        uint32_t length;
        memcpy(&length, bytes + at, 4);
        if (record_count == room) records = realloc(records, (room *= 2) * sizeof *records);
        records[record_count++] = (Record){bytes + at + 4, length};
        at += 4 + length;
    }
    group_count = record_count / group;
    latencies = malloc((record_count + 1) * sizeof *latencies);
    refusals = malloc((record_count + 1) * sizeof *refusals);
}

static void connect_to(Connection *c) {
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&a, sizeof a)) fail("connect");
    int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &e)) fail("epoll_ctl");
}

static void watch(Connection *c, uint32_t events) {
    struct epoll_event e = {.events = events, .data.ptr = c};
    epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &e);
}

static void flush_request(Connection *c) {
    Record *r = &records[c->next];
    while (c->sent < r->length) {
        ssize_t n = send(c->fd, r->bytes + c->sent, r->length - c->sent, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EAGAIN) watch(c, EPOLLIN | EPOLLOUT);
            return; // a broken connection shows itself when it is read
        }
        c->sent += (size_t)n;
    }
}

static void begin(Connection *c, uint64_t due) {
    c->started = now_ns();
    c->begun = due;
    c->sent = c->filled = 0;
    flush_request(c);
}

// Takes the next group if it is due; whether it did.
static int take_group(Connection *c, uint64_t now) {
    if (group_next >= group_count) return 0;
    uint64_t due = now;
    if (rate > 0) {
        due = start_ns + (uint64_t)((double)group_next * 1e9 / rate);
        if (due > now) return 0;
    }
    c->next = group_next * group;
    c->end = c->next + group;
    group_next++;
    begin(c, due);
    return 1;
}

// Whether the whole answer is there; its status.
static int answer_is_whole(Connection *c, int *status) {
    c->answer[c->filled] = 0;
    char *head_end = strstr(c->answer, "\r\n\r\n");
    if (!head_end) return 0;
    *status = atoi(c->answer + 9);
    char *length = strcasestr(c->answer, "\ncontent-length:");
    size_t body = length && length < head_end ? strtoul(length + 16, NULL, 10) : 0;
    return c->filled >= (size_t)(head_end - c->answer) + 4 + body;
}

static void count_answer(Connection *c, int status, uint64_t now) {
    statuses[status > 0 && status < 600 ? status : 0]++;
    latencies[done++] = (uint32_t)((now - c->begun) / 1000);
    if (status == 503) refusals[refused++] = (uint32_t)((now - c->started) / 1000);
}

// The connection ended or answered nonsense: the request counts as broken, the group goes on over a new connection.
static void start_again(Connection *c) {
    broken++;
    done++;
    latencies[done - 1] = UINT32_MAX;
    close(c->fd);
    connect_to(c);
}

static int on_event(Connection *c, uint32_t events, uint64_t now) {
    int idle = c->next >= c->end;
    if ((events & EPOLLOUT) && !idle) {
        watch(c, EPOLLIN);
        flush_request(c);
    }
    if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return 0;
    ssize_t n = recv(c->fd, c->answer + c->filled, ANSWER_MAX - 1 - c->filled, 0);
    if (n < 0 && errno == EAGAIN) return 0;
    if (n <= 0) {
        if (idle) {
            close(c->fd);
            connect_to(c);
            return 0;
        }
        start_again(c);
    } else {
        c->filled += (size_t)n;
        int status;
        if (idle || !answer_is_whole(c, &status)) return 0;
        if (status == 503 && retries_503) {
            statuses[503]++;
            begin(c, c->begun);
            return 0;
        }
        count_answer(c, status, now);
    }
    if (++c->next < c->end) {
        begin(c, now);
        return 0;
    }
    return 1; // free
}

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t percentile(double p) {
    if (!done) return 0;
    size_t at = (size_t)(p / 100 * (double)done);
    return latencies[at < done ? at : done - 1];
}

static void report(uint64_t end) {
    double seconds = (double)(end - start_ns) / 1e9;
    qsort(latencies, done, sizeof *latencies, by_value);
    qsort(refusals, refused, sizeof *refusals, by_value);
    printf("{\"requests\": %zu, \"planned\": %zu, \"broken\": %lu, \"seconds\": %.4f, \"per_s\": %.1f, \"p50_us\": %u, \"p90_us\": %u, "
           "\"p99_us\": %u, \"max_us\": %u, \"refused_p99_us\": %u, \"refused_max_us\": %u, \"statuses\": {",
           done, record_count / group * group, broken, seconds, (double)(done - broken) / seconds, percentile(50), percentile(90), percentile(99),
           done ? latencies[done - 1] : 0, refused ? refusals[refused * 99 / 100] : 0, refused ? refusals[refused - 1] : 0);
    const char *comma = "";
    for (int i = 0; i < 600; i++)
        if (statuses[i]) {
            printf("%s\"%d\": %lu", comma, i, statuses[i]);
            comma = ", ";
        }
    printf("}}\n");
}

int main(int count, char **words) {
    size_t connections = 64;
    double limit = 120;
    const char *file = NULL;
    for (int i = 1; i + 1 < count; i += 2) {
        const char *key = words[i], *value = words[i + 1];
        if (!strcmp(key, "--port")) port = atoi(value);
        else if (!strcmp(key, "--file")) file = value;
        else if (!strcmp(key, "--connections")) connections = strtoul(value, NULL, 10);
        else if (!strcmp(key, "--group")) group = strtoul(value, NULL, 10);
        else if (!strcmp(key, "--rate")) rate = atof(value);
        else if (!strcmp(key, "--retry")) retries_503 = atoi(value);
        else if (!strcmp(key, "--limit")) limit = atof(value);
        else { fprintf(stderr, "load: unknown option %s\n", key); return 2; }
    }
    if (!file || !port || !group || !connections) { fprintf(stderr, "load: --port and --file are needed\n"); return 2; }
    load_file(file);
    epoll_fd = epoll_create1(0);
    Connection *all = calloc(connections, sizeof *all);
    Connection **idle = calloc(connections, sizeof *idle);
    size_t idle_count = 0;
    for (size_t i = 0; i < connections; i++) {
        connect_to(&all[i]);
        idle[idle_count++] = &all[i];
    }
    struct epoll_event events[EVENTS_MAX];
    start_ns = now_ns();
    uint64_t now = start_ns, deadline = start_ns + (uint64_t)(limit * 1e9);
    size_t planned = group_count * group;
    while (done < planned && now < deadline) {
        while (idle_count && take_group(idle[idle_count - 1], now)) idle_count--;
        // an open loop looks at the clock every millisecond at most, and at once while groups are overdue
        int n = epoll_wait(epoll_fd, events, EVENTS_MAX, rate > 0 && idle_count ? 0 : 100);
        now = now_ns();
        for (int i = 0; i < n; i++)
            if (on_event(events[i].data.ptr, events[i].events, now)) idle[idle_count++] = events[i].data.ptr;
        if (rate > 0 && n == 0 && idle_count) usleep(50);
    }
    report(now_ns());
    return done == planned ? 0 : 1;
}
