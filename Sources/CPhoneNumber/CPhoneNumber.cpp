// SPDX-License-Identifier: Apache-2.0
#include "CPhoneNumber.h"

#include <cstring>
#include <phonenumbers/phonenumberutil.h>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

// No exception may pass into Swift: a failed allocation inside the library is answered as "no number".

extern "C" int cpn_e164(const char *text, size_t length, const char *region, char out[CPN_E164_MAX]) {
    try {
        const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        if (util->Parse(std::string(text, length), region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
        const bool valid = util->IsValidNumber(number);
        // Not IsPossibleNumber(): that also lets numbers pass that can be dialled inside one town only.
        if (!valid && util->IsPossibleNumberWithReason(number) != PhoneNumberUtil::IS_POSSIBLE) return 0;
        std::string formatted;
        util->Format(number, PhoneNumberUtil::E164, &formatted);
        if (formatted.size() + 1 > CPN_E164_MAX) return 0;
        std::memcpy(out, formatted.c_str(), formatted.size() + 1);
        return valid ? 1 : 2;
    } catch (...) {
        return 0;
    }
}

extern "C" int cpn_knows_region(const char *region) {
    try {
        return PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(region) != 0 ? 1 : 0;
    } catch (...) {
        return 0;
    }
}
