// SPDX-License-Identifier: Apache-2.0
//
// What Swift cannot call of libcurl: its setopt and getinfo functions are variadic, and Swift imports no variadic
// function of C. One inline function for each type of argument, so that the compiler checks it
// (curl_easy_setopt(3): "pass a long", "pass a pointer", ...).
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
// The loop that drives curl_multi_socket_action; Swift's Glibc module has neither header.
#include <sys/epoll.h>
#include <sys/eventfd.h>

typedef size_t (*callsieve_data_function)(char *bytes, size_t size, size_t count, void *context);
typedef curl_socket_t (*callsieve_open_socket_function)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*callsieve_before_request_function)(void *context, char *connected, char *local, int port, int local_port);
typedef int (*callsieve_socket_function)(CURL *easy, curl_socket_t socket, int what, void *context, void *socket_context);
typedef int (*callsieve_timer_function)(CURLM *multi, long timeout_ms, void *context);

static inline CURLcode callsieve_easy_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode callsieve_easy_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode callsieve_easy_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode callsieve_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode callsieve_easy_set_data_function(CURL *easy, CURLoption option, callsieve_data_function value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode callsieve_easy_set_open_socket(CURL *easy, callsieve_open_socket_function value) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

static inline CURLcode callsieve_easy_set_before_request(CURL *easy, callsieve_before_request_function value) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLcode callsieve_easy_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode callsieve_easy_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode callsieve_easy_get_pointer(CURL *easy, CURLINFO info, void *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode callsieve_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode callsieve_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode callsieve_multi_set_socket_function(CURLM *multi, callsieve_socket_function value) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}

static inline CURLMcode callsieve_multi_set_timer_function(CURLM *multi, callsieve_timer_function value) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}

// Members of a union with a flexible tail are not imported: the .
static inline CURLcode callsieve_message_result(const CURLMsg *message) { return message->data.result; }

// Macros of the form `(1<<0)` and casts are not imported.
static inline curl_socket_t callsieve_bad_socket(void) { return CURL_SOCKET_BAD; }
static inline long callsieve_tls_1_2(void) { return CURL_SSLVERSION_TLSv1_2; }
static inline long callsieve_http_1_1(void) { return CURL_HTTP_VERSION_1_1; }
static inline long callsieve_global_all(void) { return CURL_GLOBAL_ALL; }
static inline curl_socket_t callsieve_socket_timeout(void) { return CURL_SOCKET_TIMEOUT; }

#endif
