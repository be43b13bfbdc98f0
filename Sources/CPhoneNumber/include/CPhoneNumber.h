// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

// Longest E.164 text with its plus and the closing zero (E.164 allows 15 digits; the library can return 17).
#define CPN_E164_MAX 24

// Reads `text` as a number dialled in `region` (ISO 3166, two letters and a zero) and writes its E.164 form, zero-terminated.
// Returns 1 for a number that is valid, 2 for one that is only possible by its length, 0 for none.
// Blocks for some microseconds; safe to call from many threads; throws nothing.
int cpn_e164(const char *text, size_t length, const char *region, char out[CPN_E164_MAX]);

// Whether the library knows the region ("RU", not "XX").
int cpn_knows_region(const char *region);

typedef struct {
    int is_valid;
    // PhoneNumberUtil::PhoneNumberType: 0 fixed line, 1 mobile, 2 either, 3 toll-free, 4 premium, 5 shared cost, 6 VoIP, 7 personal,
    // 8 pager, 9 UAN, 10 voicemail, 11 unknown.
    int type;
    // ISO 3166, two letters and zeros; empty for a number of no single country.
    char region[4];
} cpn_info;

// What is known of a number in E.164. Returns 0 for a text that is none. Blocks for some microseconds; safe from many threads.
int cpn_describe(const char *e164, cpn_info *out);

// Town, district or country of a number in E.164, in a language ("en", "ru"), as UTF-8 without a closing zero; returns its length, 0 for
// nothing. What is longer than `capacity` is cut off. Safe from many threads; the first number of a country opens its table.
size_t cpn_area(const char *e164, const char *language, char *out, size_t capacity);

// Whether `digits` is a short number of the region: an emergency call, a directory or a service of its networks.
int cpn_is_short(const char *digits, const char *region);

#ifdef __cplusplus
}
#endif
