// SPDX-License-Identifier: Apache-2.0
// The yardstick of B4: libcurl's multi interface and nothing else. So many POSTs of one body, so many at a time, kept connections.
//
//   curlloop PORT REQUESTS CONCURRENT BODY_BYTES       prints {"seconds": S, "answered": N}
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

static int epoll_fd;
static long timer_ms = -1;

static size_t swallow(char *bytes, size_t size, size_t count, void *context) { (void)bytes; (void)context; return size * count; }

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known) {
    (void)easy; (void)context; (void)known;
    struct epoll_event e = {.data.fd = fd};
    if (what == CURL_POLL_REMOVE) return epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, &e), 0;
    e.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &e)) epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e);
    return 0;
}

static int on_timer(CURLM *multi, long ms, void *context) { (void)multi; (void)context; timer_ms = ms; return 0; }

int main(int count, char **words) {
    if (count != 5) return 2;
    long left = atol(words[2]), answered = 0;
    int width = atoi(words[3]), running = 0;
    char url[64], *body = malloc((size_t)atol(words[4]) + 1);
    memset(body, 'x', (size_t)atol(words[4]));
    body[atol(words[4])] = 0;
    snprintf(url, sizeof url, "http://127.0.0.1:%s/hook", words[1]);
    curl_global_init(CURL_GLOBAL_ALL);
    epoll_fd = epoll_create1(0);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)width);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < width && left > 0; i++, left--) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
        curl_multi_add_handle(multi, easy);
    }
    curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    struct epoll_event events[256];
    for (int open = 1; open;) {
        // what a timer's action finished is read first: no event of a socket follows it
        int n = timer_ms == 0 ? 0 : epoll_wait(epoll_fd, events, 256, timer_ms < 0 ? 1000 : (int)timer_ms);
        if (n == 0) { timer_ms = -1; curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running); }
        for (int i = 0; i < n; i++) {
            int what = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0);
            curl_multi_socket_action(multi, events[i].data.fd, what ? what : CURL_CSELECT_ERR, &running);
        }
        CURLMsg *message;
        for (int rest; (message = curl_multi_info_read(multi, &rest));) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL *easy = message->easy_handle;
            answered += message->data.result == CURLE_OK;
            curl_multi_remove_handle(multi, easy);
            if (left > 0) { left--; curl_multi_add_handle(multi, easy); timer_ms = 0; } else { curl_easy_cleanup(easy); open = --width > 0; }
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("{\"seconds\": %.6f, \"answered\": %ld}\n", (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9, answered);
}
