// SPDX-License-Identifier: Apache-2.0
import CallModel
import Testing

@Suite struct NumberInfoTests {
    @Test(
        arguments: [
            ("+74950000202", true, .fixed, "RU", "Moscow", "Московская обл."),
            ("+78123363636", true, .fixed, "RU", "St Petersburg", "г. Санкт-Петербург"),
            ("+79161234567", true, .mobile, "RU", "Russia", "Россия"),
            ("+78005553535", true, .tollFree, "RU", "Russia", "Россия"),
            ("+78091234567", true, .premium, "RU", "Russia", "Россия"),
            ("+77172123456", true, .fixed, "KZ", "Astana", "Астана"),
            ("+375171234567", true, .fixed, "BY", "Minsk", "Минск"),
            ("+12025550199", true, .fixedOrMobile, "US", "Washington D.C.", "Washington D.C."),
            ("+18005550199", true, .tollFree, "US", "United States", "Соединенные Штаты"),
            ("+442079460124", true, .fixed, "GB", "London", "London"),
            ("+4930231250", true, .fixed, "DE", "Berlin", "Berlin"),
            ("+88216123456", true, .voip, nil, nil, nil),
            ("+70000000000", false, .unknown, "RU", nil, nil),
        ] as [(String, Bool, NumberInfo.Kind, String?, String?, String?)])
    func isKnown(e164: String, isValid: Bool, kind: NumberInfo.Kind, country: String?, english: String?, russian: String?) throws {
        let info = PhoneNumbers().info(of: try #require(PhoneNumber(e164: e164)))
        #expect(info.isValid == isValid && info.kind == kind && info.country == country, "\(info)")
        #expect(info.area(.en) == english && info.area(.ru) == russian, "\(info)")
        #expect(PhoneNumbers().info(of: try #require(PhoneNumber(e164: e164))) == info)
    }

    @Test(
        arguments: [
            ("+74950000202", .number), ("anonymous", .withheld), ("", .withheld), ("201", .extension), ("1001", .extension),
            ("sip:201@pbx.example", .extension), ("112", .short), ("sip:112@pbx.example", .short), ("sip:anna@pbx.example", .sip),
            ("Anna", .unreadable), ("1234567890123456789", .unreadable), ("7", .unreadable),
        ] as [(String, CallerKind)])
    func callerIsOfAKind(text: String, kind: CallerKind) throws {
        let caller = try #require(PhoneNumbers().caller(text, region: "RU"))
        #expect(PhoneNumbers().kind(of: caller, region: "RU") == kind)
    }
}
