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

#ifdef __cplusplus
}
#endif
