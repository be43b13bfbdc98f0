// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import Testing

@testable import SalesBook

@Suite struct BookMoneyTests {
    @Test(arguments: [
        ("300000", 30_000_000), ("300 000.00", 30_000_000), ("300\u{A0}000.5", 30_000_050), ("1\u{202F}234\u{202F}567.89", 123_456_789),
        ("0", 0), ("0.01", 1), (" 12.50 ", 1250), ("-5000", -500_000), ("10000000000000.00", 1_000_000_000_000_000),
    ])
    func anAmountIsReadToTheKopeck(text: String, minor: Int64) throws {
        #expect(try Money.parse(text, currency: "RUB").minor == minor)
    }

    @Test(arguments: [
        "12,5", "", " ", "abc", "1e5", "12.", ".5", "1.234", "30 00", "3000 000", "1 2", "--5", "+5", "0x10", "12 .5", "∞", "１２", "12.5.5",
        "10000000000000.01", "99999999999999999999999", "1\n000",
    ])
    func whatIsNoAmountIsRefused(text: String) {
        #expect(throws: BookError.self) { try Money.parse(text, currency: "RUB") }
    }

    @Test func theCurrencyDecidesTheDigits() throws {
        #expect(try Money.parse("1500", currency: "JPY").minor == 1500)
        #expect(throws: BookError.self) { try Money.parse("1500.5", currency: "JPY") }
        #expect(try Money.parse("1.234", currency: "KWD").decimal == "1.234")
        #expect(throws: BookError.self) { try Money.parse("1", currency: "rub") }
    }

    @Test func moneyIsWrittenForProgramsAndForPeople() {
        #expect(Money(minor: 30_000_005, currency: "RUB").decimal == "300000.05")
        #expect(Money(minor: -5, currency: "RUB").decimal == "-0.05")
        #expect(Money(minor: 123_456_789, currency: "RUB").readable == "1\u{A0}234\u{A0}567.89\u{A0}RUB")
        #expect(Money(minor: -100_000, currency: "RUB").readable == "−1\u{A0}000.00\u{A0}RUB")
        #expect(Money(minor: 1500, currency: "JPY").readable == "1\u{A0}500\u{A0}JPY")
    }

    @Test(arguments: ["2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01", "2026-04-31", "1969-12-31", "2026-11-23T00", ""])
    func whatIsNoDayIsRefused(text: String) { #expect(Day(text) == nil) }

    @Test func daysAndInstantsSurviveTheirText() throws {
        for number in stride(from: Int64(0), to: 80_000, by: 37) { #expect(Day(Day(number: number).description)?.number == number) }
        #expect(Instant(text: "2026-11-23T15:00:00.5+03:00")?.text == "2026-11-23T12:00:00.500Z")
        #expect(Instant(text: "2026-11-23T12:00:00Z") == BookRig.start)
        for text in ["2026-11-23", "2026-11-23T25:00:00Z", "2026-11-23T12:00:00", "2026-11-23 12:00:00Z", "2026-11-23T12:00:00.Z"] {
            #expect(Instant(text: text) == nil, "\(text)")
        }
    }
}
