// SPDX-License-Identifier: Apache-2.0
// What the disk itself takes: writes 4 KB into a file that is already that long and syncs it, again and again.
//
//   rawsync FILE COUNT        prints {"p50_us": N, "p99_us": N, "max_us": N}
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 1024 };

static uint64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

int main(int count, char **words) {
    if (count != 3) return 2;
    size_t n = strtoul(words[2], NULL, 10);
    int fd = open(words[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || !n) { perror(words[1]); return 2; }
    char page[PAGE];
    memset(page, 'x', sizeof page);
    for (int i = 0; i < PAGES; i++)
        if (pwrite(fd, page, PAGE, (off_t)i * PAGE) != PAGE) { perror("write"); return 2; }
    fsync(fd);
    uint64_t *took = malloc(n * sizeof *took);
    for (size_t i = 0; i < n; i++) {
        uint64_t begun = now_us();
        page[0] = (char)i;
        if (pwrite(fd, page, PAGE, (off_t)(i % PAGES) * PAGE) != PAGE || fdatasync(fd)) { perror("sync"); return 2; }
        took[i] = now_us() - begun;
    }
    qsort(took, n, sizeof *took, by_value);
    printf("{\"p50_us\": %lu, \"p99_us\": %lu, \"max_us\": %lu}\n", took[n / 2], took[n * 99 / 100], took[n - 1]);
    unlink(words[1]);
    return 0;
}
