// SPDX-License-Identifier: Apache-2.0
import CallModel
import Testing

@Suite struct PhoneNumberTests {
    @Test(
        arguments: [
            ("+74950000202", "RU", "+74950000202"),
            ("74950000202", "RU", "+74950000202"),
            ("84950000202", "RU", "+74950000202"),
            ("8 (916) 123-45-67", "RU", "+79161234567"),
            ("8 916 123 45 67", "RU", "+79161234567"),
            ("9161234567", "RU", "+79161234567"),
            ("+7 916 123-45-67", "US", "+79161234567"),
            (" 79161234567", "US", "+79161234567"),
            ("0079161234567", "DE", "+79161234567"),
            ("0079161234567", "RU", "+79161234567"),
            ("8107916123456", "KZ", nil),
            ("12025550199", "RU", "+12025550199"),
            ("+12025550199", "RU", "+12025550199"),
            ("(202) 555-0199", "US", "+12025550199"),
            ("2025550199", "US", "+12025550199"),
            ("02079460124", "GB", "+442079460124"),
            ("02079460124", "RU", nil),
            ("442079460124", "RU", "+442079460124"),
            ("+39 06 698 12345", "RU", "+390669812345"),
            ("sip:+74950000202@pbx.example", "RU", "+74950000202"),
            ("sips:84950000202@pbx.example;transport=tls", "RU", "+74950000202"),
            ("sip:%2B74950000202@pbx.example", "US", "+74950000202"),
            ("\"Anna\" <sip:+74950000202@pbx.example>", "RU", "+74950000202"),
            ("\"x\" <tel:+7-495-000-02-02>;tag=1", "RU", "+74950000202"),
            ("tel:+74950000202", "RU", "+74950000202"),
            ("+７４９５００００２０２", "RU", "+74950000202"),
            ("٠٠٧٤٩٥٠٠٠٠٢٠٢", "RU", "+74950000202"),
            ("8-800-555-35-35", "RU", "+78005553535"),
            ("88005553535", "RU", "+78005553535"),
            ("+77011234567", "RU", "+77011234567"),
            ("", "RU", nil), ("+", "RU", nil), ("0", "RU", nil), ("00", "RU", nil), ("12", "RU", nil), ("112", "RU", nil), ("0611", "RU", nil),
            ("201", "RU", nil), ("2012345", "RU", nil), ("1234567", "US", nil),
            ("1234567890123456789012345678901234567890", "RU", nil),
            ("+1234567890123456789012345678901234567890", "RU", nil),
            ("sip:anna@pbx.example", "RU", nil), ("sip:201@pbx.example", "RU", nil), ("1-800-FLOWERS", "US", nil), ("anonymous", "RU", nil),
            ("74950000202, 74950000203", "RU", nil), ("74950000202;74950000203", "RU", nil), ("+7495+0000202", "RU", nil),
            ("\"><img src=x onerror=alert(1)>", "RU", nil), ("'; drop table calls; --", "RU", nil), ("\u{0}\u{1}", "RU", nil),
            ("+\u{202E}74950000202", "RU", nil),
            ("+74950000202", "XX", "+74950000202"), ("89161234567", "XX", nil), ("89161234567", "", nil),
        ] as [(String, String, String?)])
    func isReadAs(text: String, region: String, e164: String?) {
        #expect(PhoneNumbers().number(text, region: region)?.e164 == e164)
        // The second time comes from memory.
        #expect(PhoneNumbers().number(text, region: region)?.e164 == e164)
    }

    @Test(arguments: [
        "", " ", "anonymous", "Anonymous", "ANONYMOUS", "restricted", "Private", "unavailable", "unknown", "<unknown>", "withheld",
        "sip:anonymous@anonymous.invalid", "\"Anonymous\" <sip:anonymous@anonymous.invalid>", "hidden",
    ])
    func isWithheld(text: String) {
        #expect(PhoneNumbers().caller(text, region: "RU") == .withheld)
    }

    @Test func wordOfTheDialectIsWithheldAlsoWhenItLooksLikeANumber() {
        #expect(PhoneNumbers().caller("+266696687", region: "US", withheld: ["+266696687"]) == .withheld)
        #expect(PhoneNumbers().caller("Скрыт", region: "RU", withheld: ["скрыт"]) == .withheld)
    }

    @Test func nothingSentIsNoCaller() {
        #expect(PhoneNumbers().caller(nil, region: "RU") == nil)
    }

    @Test func whatIsNoNumberStaysAsItCame() {
        #expect(PhoneNumbers().caller("201", region: "RU") == .unreadable("201"))
        #expect(PhoneNumbers().caller("sip:anna@pbx.example", region: "RU") == .unreadable("sip:anna@pbx.example"))
        #expect(PhoneNumbers().caller("a\u{0}b\r\n", region: "RU") == .unreadable("a b  "))
        #expect(PhoneNumbers().caller(String(repeating: "9", count: 5_000), region: "RU") == .unreadable(String(repeating: "9", count: 100)))
    }

    @Test func sameNumberInAllItsFormsIsOneCaller() {
        let forms = ["+74950000202", "74950000202", "84950000202", "8 (495) 000-02-02", "0074950000202", " 74950000202", "sip:+74950000202@h"]
        #expect(Set(forms.map { PhoneNumbers().caller($0, region: "RU") }).count == 1)
    }

    @Test func memoryStaysBounded() {
        for number in 0..<9_000 { _ = PhoneNumbers().number("+7916\(1_000_000 + number)", region: "RU") }
        #expect(PhoneNumbers().number("+79161000000", region: "RU")?.e164 == "+79161000000")
    }

    @Test func regionsAreKnown() {
        #expect(PhoneNumbers.knowsRegion("RU") && PhoneNumbers.knowsRegion("US"))
        #expect(!PhoneNumbers.knowsRegion("XX") && !PhoneNumbers.knowsRegion("RUS") && !PhoneNumbers.knowsRegion(""))
    }
}
