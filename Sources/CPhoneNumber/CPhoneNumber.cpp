// SPDX-License-Identifier: Apache-2.0
#include "CPhoneNumber.h"

#include <algorithm>
#include <cstring>
#include <phonenumbers/geocoding/phonenumber_offline_geocoder.h>
#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>
#include <string>
#include <unicode/locid.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberOfflineGeocoder;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;

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

extern "C" int cpn_describe(const char *e164, cpn_info *out) {
    try {
        const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        if (util->Parse(e164, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
        out->is_valid = util->IsValidNumber(number) ? 1 : 0;
        out->type = static_cast<int>(util->GetNumberType(number));
        std::string region;
        util->GetRegionCodeForNumber(number, &region);
        if (region == "ZZ") util->GetRegionCodeForCountryCode(number.country_code(), &region);
        if (region == "ZZ" || region == "001" || region.size() != 2) region.clear();
        std::memset(out->region, 0, sizeof out->region);
        std::memcpy(out->region, region.c_str(), region.size());
        return 1;
    } catch (...) {
        return 0;
    }
}

extern "C" size_t cpn_area(const char *e164, const char *language, char *out, size_t capacity) {
    try {
        // Its tables are opened as they are needed, under a lock of its own.
        static const PhoneNumberOfflineGeocoder geocoder;
        PhoneNumber number;
        if (PhoneNumberUtil::GetInstance()->Parse(e164, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
        const std::string text = geocoder.GetDescriptionForNumber(number, icu::Locale(language));
        const size_t length = std::min(text.size(), capacity);
        std::memcpy(out, text.data(), length);
        return length;
    } catch (...) {
        return 0;
    }
}

extern "C" int cpn_is_short(const char *digits, const char *region) {
    try {
        static const ShortNumberInfo numbers;
        PhoneNumber number;
        if (PhoneNumberUtil::GetInstance()->Parse(digits, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
        return numbers.IsValidShortNumberForRegion(number, region) ? 1 : 0;
    } catch (...) {
        return 0;
    }
}
