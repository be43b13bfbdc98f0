// SPDX-License-Identifier: Apache-2.0
// A receiver of generic webhooks that costs next to nothing: answers 200 at once and counts the webhook-ids it has seen.
//
//   sink PORT        GET anything answers {"requests": N, "distinct": N}
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
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 1 << 18, FD_MAX = 4096, SLOTS = 1 << 23 };

typedef struct {
    size_t filled;
    char bytes[BUFFER];
} Peer;

static Peer *peers[FD_MAX];
static uint64_t *seen;
static unsigned long requests, distinct;

static uint64_t hash_of(const char *text, size_t length) {
    uint64_t h = 1469598103934665603u; // FNV-1a, 64 bits
    for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char)text[i]) * 1099511628211u;
    return h ? h : 1;
}

static void count_id(const char *id, size_t length) {
    uint64_t h = hash_of(id, length), slot = h % SLOTS;
    for (int i = 0; i < 1000; i++, slot = (slot + 1) % SLOTS) {
        if (seen[slot] == h) return;
        if (!seen[slot]) {
            seen[slot] = h;
            distinct++;
            return;
        }
    }
}

// Answers each whole request in the buffer; what is left of it stays.
static int answer_all(int fd, Peer *p) {
    for (;;) {
        p->bytes[p->filled] = 0;
        char *end = strstr(p->bytes, "\r\n\r\n");
        if (!end) return p->filled < BUFFER - 1;
        char *length_at = strcasestr(p->bytes, "\r\ncontent-length:");
        size_t body = length_at && length_at < end ? strtoul(length_at + 17, NULL, 10) : 0;
        size_t whole = (size_t)(end - p->bytes) + 4 + body;
        if (whole >= BUFFER) return 0;
        if (p->filled < whole) return 1;
        char text[128], out[256];
        if (!strncmp(p->bytes, "GET ", 4)) {
            snprintf(text, sizeof text, "{\"requests\": %lu, \"distinct\": %lu}", requests, distinct);
        } else {
            char *id = strcasestr(p->bytes, "\r\nwebhook-id:");
            if (id && id < end) {
                id += 13 + strspn(id + 13, " ");
                count_id(id, strcspn(id, "\r\n"));
            }
            requests++;
            strcpy(text, "{\"status\":\"success\"}");
        }
        int n = snprintf(out, sizeof out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(text), text);
        if (send(fd, out, (size_t)n, MSG_NOSIGNAL) != n) return 0;
        memmove(p->bytes, p->bytes + whole, p->filled - whole);
        p->filled -= whole;
    }
}

static void drop(int fd) {
    close(fd);
    free(peers[fd]);
    peers[fd] = NULL;
}

int main(int count, char **words) {
    if (count != 2) return 2;
    seen = calloc(SLOTS, sizeof *seen);
    int door = socket(AF_INET, SOCK_STREAM, 0), one = 1, epoll_fd = epoll_create1(0);
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(door, (struct sockaddr *)&a, sizeof a) || listen(door, 1024)) { perror("listen"); return 2; }
    struct epoll_event e = {.events = EPOLLIN, .data.fd = door}, events[256];
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, door, &e);
    for (;;) {
        int n = epoll_wait(epoll_fd, events, 256, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == door) {
                int peer = accept4(door, NULL, NULL, SOCK_NONBLOCK);
                if (peer < 0) continue;
                if (peer >= FD_MAX) { close(peer); continue; }
                setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                peers[peer] = calloc(1, sizeof(Peer));
                struct epoll_event p = {.events = EPOLLIN, .data.fd = peer};
                epoll_ctl(epoll_fd, EPOLL_CTL_ADD, peer, &p);
                continue;
            }
            Peer *p = peers[fd];
            ssize_t got = recv(fd, p->bytes + p->filled, BUFFER - 1 - p->filled, 0);
            if (got < 0 && errno == EAGAIN) continue;
            if (got <= 0) { drop(fd); continue; }
            p->filled += (size_t)got;
            if (!answer_all(fd, p)) drop(fd);
        }
    }
}
